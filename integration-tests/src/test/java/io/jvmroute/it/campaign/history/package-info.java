/**
 * What happened in a campaign, as plain records, and the {@link io.jvmroute.it.campaign.history.Checker} that decides from them alone whether the
 * product kept its promises. No I/O, no clock.
 */
@NullMarked
package io.jvmroute.it.campaign.history;

import org.jspecify.annotations.NullMarked;
