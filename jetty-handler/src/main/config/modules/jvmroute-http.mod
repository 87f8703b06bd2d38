[description]
Clear-text HTTP by the connector that makes forwards cheapest, in place of the one of module "http".
Everything else, the properties included, is as there.

[tags]
connector
http

[provides]
http

[depend]
server
jvmroute

[xml]
etc/jvmroute-http.xml

[ini-template]
## The host/address to bind the connector to.
# jetty.http.host=0.0.0.0

## The port the connector listens on.
# jetty.http.port=8080

## The connector idle timeout, in milliseconds.
# jetty.http.idleTimeout=30000

## The number of acceptors (-1 picks a default value based on number of cores).
# jetty.http.acceptors=1

## The number of selectors (-1 picks a default value based on number of cores).
# jetty.http.selectors=-1

## The ServerSocketChannel accept queue backlog (0 picks the platform default).
# jetty.http.acceptQueueSize=0

## The thread priority delta to give to acceptor threads.
# jetty.http.acceptorPriorityDelta=0

## Whether to enable the SO_REUSEADDR socket option.
# jetty.http.reuseAddress=true

## Whether to enable the SO_REUSEPORT socket option.
# jetty.http.reusePort=false

## Whether to enable the TCP_NODELAY socket option on accepted sockets.
# jetty.http.acceptedTcpNoDelay=true

## The SO_RCVBUF and SO_SNDBUF socket options of accepted sockets, -1 for the platform's defaults.
# jetty.http.acceptedReceiveBufferSize=-1
# jetty.http.acceptedSendBufferSize=-1

## How many bytes of request fields are cached per connection. To look a field up costs a forward more than to read it anew.
# jetty.httpConfig.headerCacheSize=0
