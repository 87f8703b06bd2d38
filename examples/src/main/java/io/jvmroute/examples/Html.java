package io.jvmroute.examples;

/** Text on its way into a page. */
final class Html {

    private Html() {}

    /** Safe between tags and inside quoted attributes. */
    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** An amount as people read it: {@code € 8.50}. */
    static String euros(long cents) {
        long rest = cents % 100;
        return "€\u00a0" + cents / 100 + (rest < 10 ? ".0" : ".") + rest;
    }
}
