/**
 * The fault campaign: users with journeys, a cluster of real servers in network namespaces, and a nemesis that plays the faults. Starting points: {@link
 * io.jvmroute.it.campaign.Campaign}, {@link io.jvmroute.it.campaign.CampaignCluster}, {@link io.jvmroute.it.campaign.Nemesis}; the verdict is {@link
 * io.jvmroute.it.campaign.history.Checker}'s.
 */
@NullMarked
package io.jvmroute.it.campaign;

import org.jspecify.annotations.NullMarked;
