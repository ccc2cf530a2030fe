# SPDX-License-Identifier: GPL-3.0-or-later
"""signed_dns - an authoritative DNS server in a thread that signs some of its zones (RFC 4034, 4035), for a
validating resolver that is pointed at it. What is not there is denied by NSEC records that cover just that.

    with SignedDns({"dane.test": Zone({...}, signed=True)}) as dns: ... dns.port, dns.anchors"""
import datetime
import socket
import threading

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.NSEC
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec

FOREVER = datetime.datetime(2049, 1, 1, tzinfo=datetime.timezone.utc)
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)


class Zone:
    """records: {name: {type: [text...]}}; signed: with a key of its own; bogus: its signatures are of another."""

    def __init__(self, records, signed=False, bogus=False):
        self.records, self.signed = records, signed
        self.key = ec.generate_private_key(ec.SECP256R1()) if signed else None
        self.signing = ec.generate_private_key(ec.SECP256R1()) if bogus else self.key


class SignedDns:
    def __init__(self, zones):
        self.zones, self.asked = zones, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def dnskey(self, zone):
        return dns.dnssec.make_dnskey(zone.key.public_key(), "ECDSAP256SHA256", flags=257)

    def anchors(self):
        """The keys of the signed zones, as libunbound reads them."""
        return "".join(f"{name}. 3600 IN DNSKEY {self.dnskey(zone).to_text()}\n"
                       for name, zone in self.zones.items() if zone.signed)

    def zone_of(self, name):
        for origin, zone in self.zones.items():
            if name == origin or name.endswith("." + origin):
                return origin, zone
        return None, None

    def rrset(self, origin, zone, name, kind):
        texts = zone.records.get(name, {}).get(kind, [])
        if kind == "DNSKEY" and name == origin and zone.signed:
            texts = [self.dnskey(zone).to_text()]
        if kind == "SOA" and name == origin:
            texts = ["ns.test. hostmaster.test. 1 3600 600 86400 60"]
        return dns.rrset.from_text_list(name + ".", 60, "IN", kind, texts) if texts else None

    def add(self, section, origin, zone, rrset):
        section.append(rrset)
        if zone.signed:
            rrsig = dns.dnssec.sign(rrset, zone.signing, dns.name.from_text(origin + "."), self.dnskey(zone),
                                    inception=LONG_AGO, expiration=FOREVER)
            section.append(dns.rrset.from_rdata(rrset.name, 60, rrsig))

    def deny(self, reply, origin, zone, name):
        """No such type, or no such name: RFC 4470's least coverings, and none of a wildcard."""
        self.add(reply.authority, origin, zone, self.rrset(origin, zone, origin, "SOA"))
        if not zone.signed:
            return
        kinds = [k for k in zone.records.get(name, {})] + ["RRSIG", "NSEC"]
        next_name = dns.name.from_text("\\000." + name + ".")
        text = f"{next_name} {' '.join(kinds)}"
        self.add(reply.authority, origin, zone, dns.rrset.from_text_list(name + ".", 60, "IN", "NSEC", [text]))

    def answer(self, query):
        question = query.question[0]
        name, kind = question.name.to_text(True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        origin, zone = self.zone_of(name)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA | dns.flags.RA
        if zone is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
            return reply
        found = self.rrset(origin, zone, name, kind)
        if found is not None:
            self.add(reply.answer, origin, zone, found)
        else:
            self.deny(reply, origin, zone, name)
        return reply

    def serve(self):
        while True:
            try:
                data, peer = self.socket.recvfrom(4096)
                self.socket.sendto(self.answer(dns.message.from_wire(data)).to_wire(), peer)
            except OSError:
                return
            except dns.exception.DNSException as e:
                print(f"# dns: {e!r}", flush=True)
