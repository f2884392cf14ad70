"""Argon2id 1.3 (RFC 9106) with one lane, for readers that have the standard library alone. Slow: some 3 ms for each
block of 1 KiB."""

import hashlib
import struct

MASK = (1 << 64) - 1
VERSION, ARGON2ID, SLICES, WORDS = 0x13, 2, 4, 128


def long_hash(message, size):
    """H' of §3.3."""
    message = struct.pack("<I", size) + message
    if size <= 64:
        return hashlib.blake2b(message, digest_size=size).digest()
    out, last = b"", hashlib.blake2b(message).digest()
    while size - len(out) > 64:
        out += last[:32]
        left = size - len(out)
        last = hashlib.blake2b(last, digest_size=min(left, 64)).digest()
    return out + last


def permute(v, places):
    """P of §3.6 over 16 of the words."""
    x = [v[place] for place in places]

    def mix(a, b, c, d):
        for by_d, by_b in ((32, 24), (16, 63)):
            x[a] = (x[a] + x[b] + 2 * (x[a] & 0xFFFFFFFF) * (x[b] & 0xFFFFFFFF)) & MASK
            turned = x[d] ^ x[a]
            x[d] = (turned >> by_d | turned << 64 - by_d) & MASK
            x[c] = (x[c] + x[d] + 2 * (x[c] & 0xFFFFFFFF) * (x[d] & 0xFFFFFFFF)) & MASK
            turned = x[b] ^ x[c]
            x[b] = (turned >> by_b | turned << 64 - by_b) & MASK

    for i in range(4):
        mix(i, 4 + i, 8 + i, 12 + i)
    for i in range(4):
        mix(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    for place, word in zip(places, x):
        v[place] = word


ROWS = [range(16 * i, 16 * i + 16) for i in range(8)]
COLUMNS = [[16 * row + 2 * i + half for row in range(8) for half in range(2)] for i in range(8)]


def compress(x, y):
    """G of §3.5."""
    r = [a ^ b for a, b in zip(x, y)]
    z = list(r)
    for places in ROWS + COLUMNS:
        permute(z, places)
    return [a ^ b for a, b in zip(r, z)]


def addresses(number, slice_, blocks, passes, count):
    """The pseudo-random words of a slice whose places do not depend on the secret (§3.4.1.2)."""
    zero, given, words = [0] * WORDS, [number, 0, slice_, blocks, passes, ARGON2ID] + [0] * (WORDS - 6), []
    while len(words) < count:
        given[6] += 1
        words += compress(zero, compress(zero, given))
    return words


def argon2id(secret, salt, passes, kibibytes, size):
    lp = [struct.pack("<I", len(part)) + part for part in (secret, salt, b"", b"")]
    first = hashlib.blake2b(struct.pack("<6I", 1, size, kibibytes, passes, VERSION, ARGON2ID) + b"".join(lp)).digest()
    blocks = kibibytes // SLICES * SLICES
    length = blocks // SLICES
    memory = [list(struct.unpack("<128Q", long_hash(first + struct.pack("<2I", i, 0), 1024))) for i in range(2)]
    memory += [[0] * WORDS for _ in range(blocks - 2)]
    for number in range(passes):
        for slice_ in range(SLICES):
            fixed = number == 0 and slice_ < 2
            words = addresses(number, slice_, blocks, passes, length) if fixed else None
            for i in range(2 if number == 0 and slice_ == 0 else 0, length):
                at = slice_ * length + i
                before = memory[(at - 1) % blocks]
                j1 = (words[i] if fixed else before[0]) & 0xFFFFFFFF
                # How many blocks may be referred to, and the first of them (§3.4.2).
                known = at - 1 if number == 0 else blocks - length + i - 1
                start = 0 if number == 0 or slice_ == 3 else (slice_ + 1) * length
                offset = known - 1 - (known * (j1 * j1 >> 32) >> 32)
                fresh = compress(before, memory[(start + offset) % blocks])
                memory[at] = fresh if number == 0 else [a ^ b for a, b in zip(memory[at], fresh)]
    return long_hash(struct.pack("<128Q", *memory[-1]), size)
