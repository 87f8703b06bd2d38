package io.jvmroute.it;

import io.jvmroute.it.contract.ContractCluster;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** The nodes that Arquillian's containers are about to be: their folders and ports, and what they share, made anew for each run. */
interface ContractGroup extends AutoCloseable {
    /** The qualifiers of the containers. */
    List<String> names();

    /** An address on a node that has been started. */
    URI uri(String name, String path);

    /** {@link ContractCluster#awaitCopies} for the nodes that run. */
    void awaitCopies(Set<String> running);

    /** Ends what the nodes shared. */
    @Override
    void close();
}
