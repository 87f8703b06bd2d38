package io.jvmroute.hazelcast;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MetadataPolicy;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Every setting of the Hazelcast member. No file and no other default decides: each one is set here. */
final class MemberConfig {
    static final String NODES = "jvmroute.nodes";
    static final String PINS = "jvmroute.pins";
    static final String KEYS = "jvmroute.keys";

    /** The attribute that names a member for life; its UUID changes when it merges into another cluster. */
    static final String MEMBER_ID = "jvmroute.member";

    private MemberConfig() {}

    static Config of(GridSettings settings, String memberId) {
        Config config = new Config()
                .setClassLoader(HazelcastGrid.class.getClassLoader())
                .setClusterName(settings.clusterName())
                .setInstanceName("jvmroute-" + memberId)
                .setLiteMember(settings.lite());
        name(config, memberId);
        network(config, settings);
        failureDetection(config, settings);
        fewThreads(config);
        silence(config);
        maps(config);
        serialization(config);
        return config;
    }

    static String newMemberId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    static void name(Config config, String memberId) {
        config.getMemberAttributeConfig().setAttribute(MEMBER_ID, memberId);
    }

    static Config maps(Config config) {
        return config.addMapConfig(
                        map(NODES, PutIfAbsentMergePolicy.class)) // each node repeats its own word after a merge
                .addMapConfig(map(PINS, PinMergePolicy.class))
                .addMapConfig(map(KEYS, PutIfAbsentMergePolicy.class)); // each member adds the keys that it knows
    }

    private static void network(Config config, GridSettings settings) {
        // Only the member protocol: with the plain network configuration the port would serve clients as well.
        AdvancedNetworkConfig network = config.getAdvancedNetworkConfig().setEnabled(true);
        network.setMemberEndpointConfig(new ServerSocketEndpointConfig()
                .setPort(settings.port())
                .setPortAutoIncrement(false)
                .setReuseAddress(!isWindows()) // a restart must not wait for TIME_WAIT; Windows would share the port
                .setSocketConnectTimeoutSeconds(2));
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2).setMembers(settings.members());
        // Not by InterfacesConfig: it also drops members given by a name that resolves to another interface.
        config.setProperty("hazelcast.local.localAddress", settings.bindAddress())
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.socket.connect.timeout.seconds", "2")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.wait.seconds.before.join", "2")
                .setProperty(
                        "hazelcast.max.join.seconds",
                        "20"); // for members that listen but are slow; then it begins alone
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    private static void failureDetection(Config config, GridSettings settings) {
        GridSettings.Timing timing = settings.timing();
        String mergeDelay = Long.toString(timing.mergeDelay().toSeconds());
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "6")
                .setProperty(
                        "hazelcast.connection.monitor.max.faults", "1") // the next attempt after a connection broke
                .setProperty("hazelcast.merge.first.run.delay.seconds", mergeDelay)
                .setProperty("hazelcast.merge.next.run.delay.seconds", mergeDelay)
                .setProperty(
                        "hazelcast.operation.call.timeout.millis",
                        Long.toString(timing.callTimeout().toMillis()))
                .setProperty("hazelcast.operation.backup.timeout.millis", "2000")
                .setProperty("hazelcast.invocation.retry.pause.millis", "100") // a migration takes tens of milliseconds
                .setProperty(
                        "hazelcast.graceful.shutdown.max.wait",
                        Long.toString(timing.leaveTimeout().toSeconds()))
                .setProperty("hazelcast.shutdownhook.enabled", "false"); // the container says when
    }

    private static void fewThreads(Config config) {
        config.setProperty("hazelcast.partition.count", "71")
                .setProperty("hazelcast.io.thread.count", "1")
                .setProperty("hazelcast.operation.thread.count", "2")
                .setProperty("hazelcast.operation.generic.thread.count", "2")
                .setProperty("hazelcast.operation.response.thread.count", "1")
                .setProperty("hazelcast.event.thread.count", "1");
    }

    private static void silence(Config config) {
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        config.getRestConfig().setEnabled(false);
        config.getManagementCenterConfig()
                .setConsoleEnabled(false)
                .setScriptingEnabled(false)
                .setDataAccessEnabled(false);
        config.getInstanceTrackingConfig().setEnabled(false);
        config.setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.jmx", "false")
                .setProperty("hazelcast.discovery.enabled", "false")
                .setProperty("hazelcast.health.monitoring.level", "OFF")
                .setProperty("hazelcast.logging.details.enabled", "false")
                .setProperty("hazelcast.logging.emoji.enabled", "false");
    }

    private static MapConfig map(String name, Class<?> mergePolicy) {
        return new MapConfig(name)
                .setBackupCount(1)
                .setStatisticsEnabled(false)
                .setPerEntryStatsEnabled(false)
                .setMetadataPolicy(MetadataPolicy.OFF)
                .setMergePolicyConfig(
                        new MergePolicyConfig(mergePolicy.getName(), MergePolicyConfig.DEFAULT_BATCH_SIZE));
    }

    /** Of what is ours; nothing else is read. */
    static void serialization(Config config) {
        config.getSerializationConfig()
                .setJavaSerializationFilterConfig(new JavaSerializationFilterConfig()
                        .setDefaultsDisabled(true)
                        .setWhitelist(ofHazelcastItself()));
        for (CompactSerializer<?> serializer : serializers()) {
            config.getSerializationConfig().getCompactSerializationConfig().addSerializer(serializer);
        }
    }

    /** Of all that is in the maps, and of what changes it. */
    static List<CompactSerializer<?>> serializers() {
        return List.of(
                new PinSerializers.OfKey(),
                new PinSerializers.OfPin(),
                new PinProcessors.RepinSerializer(),
                new PinProcessors.OwnSerializer(),
                new PinProcessors.EndSerializer(),
                new ClaimPin.Serializer(),
                new NodeEntry.Serializer(),
                new WithdrawNode.Serializer(),
                new KeyRing.Serializer(),
                new AddKeys.Serializer());
    }

    /**
     * What Hazelcast itself sends by Java serialization: the failures of remote operations, and the state that members which have lost sight of
     * the others agree on before they merge with them. Nothing of ours. All kinds of failures that a member may send have to be here: Hazelcast never completes
     * a call whose failure it can't read, and a migration that waits for one keeps its partition from all for ever.
     */
    private static ClassFilter ofHazelcastItself() {
        return new ClassFilter()
                .addPackages("com.hazelcast.core", "com.hazelcast.spi.exception", "com.hazelcast.partition")
                .addClasses(
                        "com.hazelcast.cluster.ClusterState",
                        "com.hazelcast.config.InvalidConfigurationException",
                        "com.hazelcast.internal.cluster.impl.ClusterTopologyChangedException",
                        "com.hazelcast.internal.cluster.impl.ConfigMismatchException",
                        "com.hazelcast.internal.cluster.impl.MasterNodeChangedException",
                        "com.hazelcast.internal.cluster.impl.VersionMismatchException",
                        "com.hazelcast.internal.partition.PartitionStateVersionMismatchException",
                        "com.hazelcast.map.QueryResultSizeExceededException",
                        "com.hazelcast.map.ReachedMaxSizeException",
                        "com.hazelcast.nio.serialization.HazelcastSerializationException",
                        "com.hazelcast.query.QueryException",
                        "com.hazelcast.splitbrainprotection.SplitBrainProtectionException",
                        "com.hazelcast.topic.TopicOverloadException",
                        "com.hazelcast.transaction.TransactionException",
                        "java.io.EOFException",
                        "java.io.IOException",
                        "java.lang.ArrayIndexOutOfBoundsException",
                        "java.lang.AssertionError",
                        "java.lang.ClassCastException",
                        "java.lang.ClassNotFoundException",
                        "java.lang.Enum",
                        "java.lang.Error",
                        "java.lang.Exception",
                        "java.lang.IllegalArgumentException",
                        "java.lang.IllegalStateException",
                        "java.lang.IndexOutOfBoundsException",
                        "java.lang.InterruptedException",
                        "java.lang.LinkageError",
                        "java.lang.NoClassDefFoundError",
                        "java.lang.NullPointerException",
                        "java.lang.NumberFormatException",
                        "java.lang.OutOfMemoryError",
                        "java.lang.ReflectiveOperationException",
                        "java.lang.RuntimeException",
                        "java.lang.SecurityException",
                        "java.lang.StackOverflowError",
                        "java.lang.StackTraceElement",
                        "[Ljava.lang.StackTraceElement;",
                        "java.lang.Throwable",
                        "java.lang.UnsupportedOperationException",
                        "java.lang.VirtualMachineError",
                        "java.util.ArrayList",
                        "java.util.Collections$EmptyList",
                        "java.util.ConcurrentModificationException",
                        "java.util.NoSuchElementException",
                        "java.util.concurrent.CancellationException",
                        "java.util.concurrent.CompletionException",
                        "java.util.concurrent.ExecutionException",
                        "java.util.concurrent.RejectedExecutionException",
                        "java.util.concurrent.TimeoutException");
    }
}
