package org.apache.catalina.ha;

/** Stands for the interface of Tomcat's replicating managers, which tomcat-embed-core does not have: the valve knows them by this name. */
public interface ClusterManager {}
