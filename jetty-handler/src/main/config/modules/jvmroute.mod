[description]
Keeps every session of a cluster at the node that owns it: requests for the sessions of other nodes are forwarded to them.

[tags]
server
handler
session
cluster

[depend]
server
sessions

[after]
compression
cross-origin
debuglog
delay-until-content
dos
eager-content
graceful
gzip
min-data-rate
qos
rewrite
secure-redirect
size-limit
state-tracking
statistics
thread-limit

[lib]
lib/jvmroute/jvmroute-jetty-handler-${jvmroute.version}.jar
lib/jvmroute/jvmroute-common-${jvmroute.version}.jar
lib/jvmroute/prometheus-metrics-config-${jvmroute.prometheus.version}.jar
lib/jvmroute/prometheus-metrics-model-${jvmroute.prometheus.version}.jar
lib/jvmroute/prometheus-metrics-exposition-textformats-${jvmroute.prometheus.version}.jar
lib/hazelcast/hazelcast-${hazelcast.version}.jar

[xml]
etc/jvmroute.xml

[ini]
jvmroute.version?=@jvmroute.version@
hazelcast.version?=@hazelcast.version@
jvmroute.prometheus.version?=@prometheus.version@
jetty.server.addHiddenClasses+=,io.jvmroute.
jetty.server.addHiddenClasses+=,com.hazelcast.
jetty.server.addHiddenClasses+=,io.prometheus.
jetty.server.addHiddenClasses+=,${jetty.base.uri}/lib/jvmroute/
jetty.server.addHiddenClasses+=,${jetty.base.uri}/lib/hazelcast/

[ini-template]
## ---- Essential ----

## This node's name, the part of a session id behind its dot: 1 to 64 of A-Z a-z 0-9 _ -, another one for every node.
## Given here or as jvmroute.route, or as both if they are the same. Frontends need none.
# jetty.sessionIdManager.workerName=n1
# jvmroute.route=n1

## What this node is. peer: it has applications. frontend: it forwards everything.
# jvmroute.mode=peer

## The other members of the cluster, host[:port], comma-separated. Default: none.
# jvmroute.members=10.0.0.11,10.0.0.12

## The one interface for Hazelcast; no wildcard. Whoever reaches its port can join: keep it in a network of the nodes.
# jvmroute.bindAddress=127.0.0.1

## Where other nodes reach this node, http://host:port or https://host:port.
## Default: from the first plain HTTP connector and bindAddress.
# jvmroute.url=http://10.0.0.11:8080

## ---- Frequent ----

## What tells the home of a request, in this order: session, cookie, app-cookie(NAME), header(NAME), client-ip, tls-session.
# jvmroute.affinity=session

## The session's cookie where no application is mapped.
# jvmroute.sessionCookie=JSESSIONID

## The session's path parameter there.
# jvmroute.sessionParameter=jsessionid

## Foreign session ids that are understood: bang, ranked, base64.
# jvmroute.sessionDialects=

## The cookie of the source cookie; __Host- and __Secure- are checked.
# jvmroute.routeCookieName=JVMROUTE

## How long browsers keep it, 1s to 400d; none: a session cookie.
# jvmroute.routeCookieMaxAge=

## How long it is good for without requests; none: for ever.
# jvmroute.routeCookieIdleTimeout=

## How long it is good for after it was first set; none: for ever.
# jvmroute.routeCookieAbsoluteTimeout=

## strict, lax or none.
# jvmroute.routeCookieSameSite=lax

## auto (where the client came by https), true or false.
# jvmroute.routeCookieSecure=auto

## Whether it is hidden from scripts.
# jvmroute.routeCookieHttpOnly=true

## For whose subdomains it is too; none: for the host alone.
# jvmroute.routeCookieDomain=

## Below which path it is sent.
# jvmroute.routeCookiePath=/

## Whether each top-level site has its own.
# jvmroute.routeCookiePartitioned=false

## How many bits of an IPv4 and an IPv6 address are one client.
# jvmroute.clientIpPrefix=32/128

## How long an affinity without a route in the request outlives its last use.
# jvmroute.affinityTimeout=30m

## Where requests without a home go: local, round-robin, least-requests or least-sessions.
## Default: local for a peer, least-requests for a frontend.
# jvmroute.balance=local

## Frontend: a list of servers that know nothing of jvmroute. Default: none, nodes register themselves.
# jvmroute.backends=n1=http://10.0.0.11:8080;weight=2, n2=http://10.0.0.12:8080

## What a frontend asks these servers for (404: no new sessions), how often, and how many answers in a row bring one up or
## take it down. Default: no check.
# jvmroute.healthPath=/health
# jvmroute.healthInterval=2s
# jvmroute.healthRise=2
# jvmroute.healthFall=3

## This node's share of new sessions, 1 to 1000.
# jvmroute.weight=1

## How long a node that has joined takes to get its full share of new sessions.
# jvmroute.slowStart=30s

## What a request gets whose owner is down: redispatch (another node takes the session over) or reject (503).
# jvmroute.onOwnerDown=redispatch

## How long a hop waits: for a connection, for the head of the response, within a body. Times in ms, s, m or h.
# jvmroute.connectTimeout=1s
# jvmroute.responseTimeout=60s
# jvmroute.idleTimeout=60s

## How long a stop waits for sessions that can't be handed over and for requests in flight.
# jvmroute.drainTimeout=30s

## While this file exists the node drains.
# jvmroute.drainFile=/run/jvmroute/drain

## How many forwards at once; beyond it 503 with Retry-After. They hold no threads.
# jvmroute.maxForwards=10000

## How long neither side of an upgraded connection (WebSocket) may send a byte, and how many of them are carried at once.
# jvmroute.tunnelTimeout=1h
# jvmroute.maxTunnels=10000

## The certificates that https nodes and backends are checked against. Default: the JDK's.
# jvmroute.trustStore=etc/trust.p12
# jvmroute.trustStorePassword=
# jvmroute.trustStoreType=PKCS12

## What the addresses of the node's status begin with: page, status.json, metrics, ready, control. Default: none.
# jvmroute.statusPath=/jvmroute

## What Authorization: Bearer has to carry there for control, and for reads from afar, 16 characters at least. Default: none, no control.
# jvmroute.statusToken=

## Whose connections may read there without it, as address ranges, besides loopback.
# jvmroute.statusAllow=10.0.0.5

## ---- Rare ----

## Clusters with different names never meet.
# jvmroute.clusterName=jvmroute

## Hazelcast's port, fixed. 0: any free one, on one machine only.
# jvmroute.hazelcastPort=5701

## The shared secret of all nodes that signs hops, 16 characters at least; new,old while rotating.
## Default: a random one, kept in the grid.
# jvmroute.secret=

## Proxies in front that are believed about the client, as address ranges. Default: none.
# jvmroute.trustedProxies=10.0.0.0/8,::1

## What the smaller part of a cluster that falls apart does: available (it takes the sessions of the others over) or
## consistent (503 for those whose node it can't reach).
# jvmroute.partitionPolicy=available

## Where sessions go whose first node is back: none (they stay where they are) or home (they return to it, where their data
## is in a store that the nodes share).
# jvmroute.failback=none

## Where the urls of nodes must lie that register themselves, as address ranges. Names are refused then. Default: anywhere.
# jvmroute.allowedNodes=10.0.0.0/8

## Hazelcast's own configuration of this node's member, .yaml or .xml, in place of members and hazelcastPort. Default: none.
# jvmroute.hazelcastConfig=etc/hazelcast.yaml
