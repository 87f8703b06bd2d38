/**
 * The corridor on Tomcat's request threads: translates between Catalina and the product. Not visible to Tomcat's class loaders when the
 * self-contained JAR is used.
 */
@NullMarked
package io.jvmroute.tomcat.corridor;

import org.jspecify.annotations.NullMarked;
