package io.jvmroute.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.serialization.impl.compact.Schema;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class SchemasTest {
    @AutoClose
    private final TestCluster cluster = new TestCluster();

    /** So that whoever joins gets them before anything that is written in them. */
    @Test
    void firstMember_knowsAllSchemas_beforeAnythingIsWritten() throws Exception {
        HazelcastInstanceProxy member =
                (HazelcastInstanceProxy) cluster.join().grid().joined().member();
        Stream<String> known = member.getOriginal().node.getSchemaService().getAllSchemas().stream()
                .map(Schema::getTypeName);
        assertThat(known)
                .containsAll(MemberConfig.serializers().stream()
                        .map(CompactSerializer::getTypeName)
                        .toList());
    }
}
