package io.jvmroute;

import java.time.Duration;

/**
 * How a frontend checks static backends.
 *
 * @param path what is asked for, with {@code GET}
 * @param interval how long between an answer and the next question; an answer that takes longer is none. Default 2 s
 * @param rise how many good answers in a row bring a backend up; default 2
 * @param fall how many bad ones in a row take it down; default 3
 */
public record HealthCheck(String path, Duration interval, int rise, int fall) {}
