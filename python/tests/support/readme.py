"""The snippets of the original's readme, as they stand there."""

FQN = "APPL=PythonStreaming#SERVER=PythonServer100#NETADDR=11.0.0.2#DATACENTER=DC1#GEOADDR=52.52437,13.41053"

START = '''
from jKool import streaming
import logging

logger = logging.getLogger("jKool logger")
hdlr = streaming.HttpHandler("jkool-api-access-token")
logger.addHandler(hdlr)

logger.error("Test log")
'''

DECORATED = '''
streaming.logEvent(logger, "This is an example",
       "APPL=PythonStreaming#SERVER=PythonServer100#NETADDR=11.0.0.2#DATACENTER=DC1#GEOADDR=52.52437,13.41053")
'''

MORE = '''
sourcefqn = "APPL=PythonStreaming#SERVER=PythonServer100#NETADDR=11.0.0.2#DATACENTER=DC1#GEOADDR=52.52437,13.41053"
streaming.logEvent(logger, "This is an example", sourcefqn,
       time_usec=int(time.time() * 1000000), corr_id="your-correlator-id", location="Atlanta, Ga")
'''

SNAPSHOT = '''
mySnapshot = Snapshot("Payment", category="Order")
mySnapshot.addProperty("order-no", orderNo, "string")
mySnapshot.addProperty("order-amount", orderAmount, "integer")

# snapshots argument must be a list containing one or more Snapshots
logEvent(logger, "Order Processed Succesfully", sourcefqn, snapshots=[mySnapshot])
'''

MQTT = '''
# dictionary with ssl options
options = {"ca_certs":"certificates/ca_certs.crt", "certfile":"path-to-certfile", "keyfile":"path-to-keyfile",
"cert_reqs":"ssl.CERT_REQUIRED", "tls_version":"ssl.PROTOCOL_TLSv1", "ciphers":"a-cipher"}

# options passed as dict
first = MqttHandler("broker-url", topic="tnt4py example", client_id = str(uuid.uuid4()), clean_session=False, **options)

# or specify each
second = MqttHandler("broker-url", ca_certs="path-to-ca-file", cert_reqs=ssl.CERT_REQUIRED)
'''
