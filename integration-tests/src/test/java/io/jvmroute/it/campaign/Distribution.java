package io.jvmroute.it.campaign;

import java.nio.file.Path;

/**
 * What is installed on the servers.
 *
 * @param tomcatJar the self-contained JAR of the valve
 * @param jettyArchive the archive of the Jetty module
 * @param notes where the nodes note what they carry out
 */
record Distribution(Path tomcatJar, Path jettyArchive, Path notes) {}
