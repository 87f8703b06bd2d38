package io.jvmroute.it.campaign.history;

import java.util.List;

/** One promise, and whether a history keeps it. */
interface Rule {
    String name();

    List<Finding> check(History history);
}
