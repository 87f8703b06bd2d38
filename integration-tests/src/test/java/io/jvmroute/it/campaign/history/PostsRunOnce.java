package io.jvmroute.it.campaign.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A POST answered 2xx was carried out exactly once, one that a frontend refused with 503 not at all, any other at most once. */
final class PostsRunOnce implements Rule {
    @Override
    public String name() {
        return "executed";
    }

    @Override
    public List<Finding> check(History history) {
        Map<String, List<Execution>> executions =
                history.executions().stream().collect(Collectors.groupingBy(Execution::nonce));
        List<Finding> findings = new ArrayList<>();
        for (Operation operation : history.operations()) {
            List<Execution> own = executions.getOrDefault(operation.nonce(), List.of());
            if (operation.kind().isPost() && !isPermitted(operation.answer().status(), own.size())) {
                findings.add(new Finding(name(), operation.end(), own.size() + " times: " + operation + " " + own));
            }
        }
        return findings;
    }

    private static boolean isPermitted(int status, int executions) {
        if (status >= 200 && status < 300) {
            return executions == 1;
        }
        return executions <= (status == 503 ? 0 : 1);
    }
}
