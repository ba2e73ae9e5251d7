using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Signatures.Rfc9421;

/// <summary>
/// The test keys of RFC 9421 appendix B.1 (facts, as the document's code components under the Revised BSD License of the
/// IETF Trust). They are public: nothing but tests may know them.
/// </summary>
internal static class Rfc9421Keys
{
    public static VerifyingKey RsaPss => Public("""
        {"kty":"RSA","e":"AQAB","n":"r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oyc6XI2w"}
        """, SignatureAlgorithm.PS512);

    public static VerifyingKey EccP256 => Public("""
        {"kty":"EC","crv":"P-256","x":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA","y":"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"}
        """, SignatureAlgorithm.ES256);

    public static VerifyingKey Ed25519 => Public("""
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
        -----END PUBLIC KEY-----
        """, SignatureAlgorithm.Ed25519);

    public static SigningKey Ed25519Private
    {
        get
        {
            Assert.True(
                SigningKey.TryReadPem(
                    """
                    -----BEGIN PRIVATE KEY-----
                    MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
                    -----END PRIVATE KEY-----
                    """,
                    SignatureAlgorithm.Ed25519, out var key, out _, out var why),
                why);
            return key;
        }
    }

    private static VerifyingKey Public(string text, SignatureAlgorithm algorithm)
    {
        Assert.True(PublicKeys.TryRead(text, algorithm, out var key, out _, out var why), why);
        return key;
    }
}
