package io.jvmroute;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the date of an {@code Expires} attribute as browsers do (RFC 6265 §5.1.1): in whatever order its parts come, between whatever signs, with a
 * year of two digits too.
 */
final class CookieDate {
    private static final Pattern DELIMITERS = Pattern.compile("[\\x09\\x20-\\x2f\\x3b-\\x40\\x5b-\\x60\\x7b-\\x7e]+");
    private static final Pattern TIME = Pattern.compile("(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\D.*)?");
    private static final Pattern DAY = Pattern.compile("(\\d{1,2})(?:\\D.*)?");
    private static final Pattern YEAR = Pattern.compile("(\\d{2,4})(?:\\D.*)?");
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final int FIRST_YEAR = 1601;

    private @Nullable LocalTime time;
    private int day;
    private int month;
    private int year = -1;

    private CookieDate() {}

    /** The instant, or null where a browser finds none. */
    static @Nullable Instant parse(String text) {
        CookieDate date = new CookieDate();
        try {
            for (String token : DELIMITERS.split(text, -1)) {
                date.take(token);
            }
            return date.instant();
        } catch (DateTimeException e) {
            return null; // the 30th of February, 25 o'clock
        }
    }

    /** Each part once, in this order of precedence. */
    private void take(String token) {
        Matcher matcher = TIME.matcher(token);
        if (time == null && matcher.matches()) {
            time = LocalTime.of(number(matcher, 1), number(matcher, 2), number(matcher, 3));
            return;
        }
        matcher = DAY.matcher(token);
        if (day == 0 && matcher.matches()) {
            day = number(matcher, 1);
            return;
        }
        int found = month == 0 ? monthOf(token) : 0;
        if (found > 0) {
            month = found;
            return;
        }
        matcher = YEAR.matcher(token);
        if (year < 0 && matcher.matches()) {
            year = number(matcher, 1);
        }
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static int monthOf(String token) {
        int at = token.length() < 3 ? -1 : MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : 0;
    }

    private @Nullable Instant instant() {
        int full = year < 0 || year > 99 ? year : year + (year < 70 ? 2000 : 1900);
        LocalTime its = time;
        return its == null || full < FIRST_YEAR || month == 0 || day == 0
                ? null
                : LocalDate.of(full, month, day).atTime(its).toInstant(ZoneOffset.UTC);
    }
}
