"""A reader of access logs, written from docs/formats/{log-entry,segment-file,office-directory}.md alone, over hashlib alone.

usage: read_log.py LOG_DIRECTORY     prints one line per period: name, entries, root"""
import hashlib
import pathlib
import re
import struct
import sys

TABLE = []
for _i in range(256):
    _c = _i
    for _ in range(8):
        _c = (_c >> 1) ^ (0x82F63B78 if _c & 1 else 0)
    TABLE.append(_c)


class Damaged(Exception):
    pass


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


class Tree:
    """The frontier of RFC 6962's tree: the roots of its perfect subtrees, largest first."""

    def __init__(self):
        self.size, self.hashes = 0, []

    def append(self, leaf):
        node, n = leaf_hash(leaf), self.size
        while n & 1:
            node = hashlib.sha256(b"\1" + self.hashes.pop() + node).digest()
            n >>= 1
        self.hashes.append(node)
        self.size += 1

    def root(self):
        if not self.hashes:
            return hashlib.sha256(b"").digest()
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = hashlib.sha256(b"\1" + left + root).digest()
        return root


def read_header(data, name, tree, chain):
    if len(data) < 4096 or data[:8] != b"hikaelog":
        raise Damaged(f"{name}: not a segment")
    crc, form, align, first, before, origin_size, hashes = struct.unpack(">IHHQIHH", data[8:32])
    if form > 1:
        raise Damaged(f"{name}: of a newer form")
    if form != 1 or crc != crc32c(data[12:4096]) or not 9 <= align <= 16 or not 1 <= origin_size <= 255:
        raise Damaged(f"{name}: the header is damaged")
    if f"{first:020}.seg" != name or first != tree.size or before != chain or hashes != bin(first).count("1"):
        raise Damaged(f"{name}: not the segment that belongs here")
    if data[32:64] != tree.root() or [data[64 + 32 * i:96 + 32 * i] for i in range(hashes)] != tree.hashes:
        raise Damaged(f"{name}: the tree in the header is not that of the entries before")
    return align, data[2112:2112 + origin_size].decode(), crc


def read_group(data, at, tree, chain):
    """The entries of the whole group at `at`, its end, and its checksum; None where there is none."""
    head = data[at:at + 64]
    if len(head) < 64 or head[:4] != b"\xf7hkG":
        return None
    crc, first, count, size, hashes, zero, before = struct.unpack(">IQIIHHI", head[4:32])
    end = at + 64 + 32 * hashes + size
    if end > len(data) or size > 1 << 26 or zero or first != tree.size or before != chain or count == 0:
        return None
    if hashes not in (0, bin(first).count("1")) or crc != crc32c(data[at + 8:end]):
        return None
    stored = [data[at + 64 + 32 * i:at + 96 + 32 * i] for i in range(hashes)]
    if hashes and stored != tree.hashes:
        raise Damaged(f"the frontier stored at byte {at} is not the tree's")
    body, entries = data[end - size:end], []
    while body:
        leaf_size, detail_size = struct.unpack(">HI", body[:6])
        leaf, detail = body[6:6 + leaf_size], body[6 + leaf_size:6 + leaf_size + detail_size]
        if not leaf_size or len(leaf) != leaf_size or len(detail) != detail_size:
            raise Damaged(f"the frames of the group at byte {at} do not fill it")
        entries.append((leaf, detail))
        body = body[6 + leaf_size + detail_size:]
    if len(entries) != count:
        raise Damaged(f"the group at byte {at} counts {count} entries and has {len(entries)}")
    for leaf, _ in entries:
        tree.append(leaf)
    if tree.root() != head[32:64]:
        raise Damaged(f"the entries of the group at byte {at} do not give its root")
    return entries, end, crc


def standing_group(data, at, size):
    """Whether a group, whole by its own checksum, stands at `at` whose first index is not below `size`."""
    if data[at:at + 4] != b"\xf7hkG" or len(data) < at + 64:
        return False
    crc, first, _, body, hashes = struct.unpack(">IQIIH", data[at + 4:at + 26])
    end = at + 64 + 32 * hashes + body
    return first >= size and end <= len(data) and crc == crc32c(data[at + 8:end])


def read_period(directory):
    """Yields (index, leaf, detail); its value is the tree and the origin."""
    names = sorted(p.name for p in directory.iterdir() if re.fullmatch(r"\d{20}\.seg", p.name))
    tree, chain, origin = Tree(), 0, None
    if not names:
        raise Damaged(f"{directory}: no segment")
    for k, name in enumerate(names):
        data = (directory / name).read_bytes()
        align, this, chain = read_header(data, name, tree, chain)
        if origin not in (None, this):
            raise Damaged(f"{name}: of another log")
        origin, at = this, 4096
        while (group := read_group(data, at, tree, chain)) is not None:
            entries, end, chain = group
            for i, (leaf, detail) in enumerate(entries):
                yield tree.size - len(entries) + i, leaf, detail
            at = (end + (1 << align) - 1) >> align << align
        if k + 1 < len(names):
            if names[k + 1] != f"{tree.size:020}.seg":
                raise Damaged(f"{name}: entries are missing behind byte {at}")
        elif any(standing_group(data, there, tree.size) for there in range(at, len(data), 1 << align)):
            raise Damaged(f"{name}: damaged at byte {at}, before the end of the log")
    return tree, origin


FIXED = {1: 16, 2: 16, 3: 16, 8: 4, 9: 1, 11: 8, 12: 8, 13: 1, 14: 32, 16: 32, 35: 8, 36: 4, 37: 4, 38: 8}
# A tag that is not known may stand several times.
KNOWN = {*range(1, 17), *range(32, 39)}
MANY, TEXT = {7, 10} | (set(range(256)) - KNOWN), {33}


def decode(leaf, detail):
    """The leaf's type, time and fields; checks its form and that the detail is the one it names."""
    if not 11 <= len(leaf) <= 65535 or leaf[0] != 1:
        raise Damaged("not an entry of version 1")
    kind, time = struct.unpack(">Hq", leaf[1:11])
    fields, rest, last = {}, leaf[11:], (0, b"")
    while rest:
        tag, size = struct.unpack(">BH", rest[:3])
        value, rest = rest[3:3 + size], rest[3 + size:]
        if not size or len(value) != size or tag < last[0] or (tag == last[0] and (tag not in MANY or value <= last[1])):
            raise Damaged(f"field {tag:02x} is out of order or cut")
        if tag in FIXED and size != FIXED[tag]:
            raise Damaged(f"field {tag:02x} has {size} bytes")
        if tag not in FIXED and tag in KNOWN:
            text = value.decode()
            if any(ord(c) < 32 and not (c == "\n" and tag in TEXT) or 0x7F <= ord(c) < 0xA0 for c in text):
                raise Damaged(f"field {tag:02x} has control characters")
        last = (tag, value)
        fields.setdefault(tag, []).append(value)
    if (14 in fields) != bool(detail) or (detail and fields[14][0] != hashlib.sha256(detail).digest()):
        raise Damaged("the detail is not the one the leaf names")
    return kind, time, fields


def read(directory):
    """{period: (entries, root)}; entries are (kind, time, fields). Raises Damaged."""
    directory, periods, office = pathlib.Path(directory), {}, None
    for child in sorted(directory.iterdir()):
        if not child.is_dir() or not re.fullmatch(r"[0-9A-Za-z-]{1,32}", child.name):
            continue
        reader, entries = read_period(child), []
        while True:
            try:
                _, leaf, detail = next(reader)
                entries.append(decode(leaf, detail))
            except StopIteration as end:
                tree, origin = end.value
                break
        if not origin.endswith("/" + child.name) or office not in (None, origin[:-len(child.name)]):
            raise Damaged(f"{child}: of another office")
        office = origin[:-len(child.name)]
        begun = [i for i, (kind, _, _) in enumerate(entries) if kind == 1]
        if begun != [0] or entries[0][2][0x20][0].decode() != origin:
            raise Damaged(f"{child}: does not begin with 'period begun'")
        if periods and 0x21 not in entries[0][2]:
            raise Damaged(f"{child}: does not name the last checkpoint of the period before")
        periods[child.name] = (entries, tree.root())
    return periods


if __name__ == "__main__":
    for name, (entries, root) in read(sys.argv[1]).items():
        print(name, len(entries), root.hex())
