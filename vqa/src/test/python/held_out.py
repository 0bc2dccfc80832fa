"""The numbers of TrainingPartsTest: which images of the split train are held out (SplitMix64 with Python's integers)."""

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def fraction(seed, image):
    state = mix((mix((seed + GAMMA) & MASK) + (image + 1) * GAMMA) & MASK)
    return (mix((state + GAMMA) & MASK) >> 11) * 2.0**-53


if __name__ == "__main__":
    for seed, image in ((0, 0), (7, 262148), (MASK, 581929)):
        print(seed, image, repr(fraction(seed, image)))
    # Questions q of the test's data set; questions q and q + 1 with even q share image q.
    print([q for q in range(48) if fraction(7, q - q % 2) < 0.3])
