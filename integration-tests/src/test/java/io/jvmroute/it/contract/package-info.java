/**
 * What every cluster of nodes with the shop must do, whichever containers it is made of.
 *
 * <p>Start at {@link io.jvmroute.it.contract.AffinityContract}; a kind of cluster runs it by making a {@link io.jvmroute.it.contract.ContractCluster}.
 */
@NullMarked
package io.jvmroute.it.contract;

import org.jspecify.annotations.NullMarked;
