namespace AICodeManager.Tests.Signatures.Rfc9421;

/// <summary>
/// Messages, signature bases and signatures of RFC 9421 sections 3.2 and 4.3 and appendix B, folded as printed (RFC 8792).
/// Facts of the document, its code components under the Revised BSD License of the IETF Trust; read from
/// httpwg/http-extensions, draft-ietf-httpbis-message-signatures.md at 0dbd770b27dcd484d8ee15bea48df82778b3a954.
/// </summary>
internal static class Rfc9421Messages
{
    /// <summary>Appendix B.2, <c>test-request</c>.</summary>
    public static readonly WireRequest TestRequest = WireRequest.Parse("""
        POST /foo?param=Value&Pet=dog HTTP/1.1
        Host: example.com
        Date: Tue, 20 Apr 2021 02:07:55 GMT
        Content-Type: application/json
        Content-Digest: sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+T\
          aPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
        Content-Length: 18

        {"hello": "world"}
        """);

    public static readonly Rfc9421Case B21 = new(
        """
        "@signature-params": ();created=1618884473;keyid="test-key-rsa-pss"\
          ;nonce="b3k2pp5k7z-50gnwp.yemd"
        """,
        """
        sig-b21=();created=1618884473\
          ;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"
        """,
        """
        sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopem\
          LJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG\
          52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx\
          2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6\
          UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3\
          +7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:
        """);

    public static readonly Rfc9421Case B22 = new(
        """
        "@authority": example.com
        "content-digest": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX\
          +TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
        "@query-param";name="Pet": dog
        "@signature-params": ("@authority" "content-digest" \
          "@query-param";name="Pet")\
          ;created=1618884473;keyid="test-key-rsa-pss"\
          ;tag="header-example"
        """,
        """
        sig-b22=("@authority" "content-digest" \
          "@query-param";name="Pet");created=1618884473\
          ;keyid="test-key-rsa-pss";tag="header-example"
        """,
        """
        sig-b22=:LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQ\
          EdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT\
          8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SA\
          RYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd\
          4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoK\
          UqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==:
        """);

    public static readonly Rfc9421Case B23 = new(
        """
        "date": Tue, 20 Apr 2021 02:07:55 GMT
        "@method": POST
        "@path": /foo
        "@query": ?param=Value&Pet=dog
        "@authority": example.com
        "content-type": application/json
        "content-digest": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX\
          +TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
        "content-length": 18
        "@signature-params": ("date" "@method" "@path" "@query" \
          "@authority" "content-type" "content-digest" "content-length")\
          ;created=1618884473;keyid="test-key-rsa-pss"
        """,
        """
        sig-b23=("date" "@method" "@path" "@query" \
          "@authority" "content-type" "content-digest" "content-length")\
          ;created=1618884473;keyid="test-key-rsa-pss"
        """,
        """
        sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yB\
          iMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fU\
          xN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1\
          pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9\
          bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5Z\
          JzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:
        """);

    public static readonly Rfc9421Case B26 = new(
        """
        "date": Tue, 20 Apr 2021 02:07:55 GMT
        "@method": POST
        "@path": /foo
        "@authority": example.com
        "content-type": application/json
        "content-length": 18
        "@signature-params": ("date" "@method" "@path" "@authority" \
          "content-type" "content-length");created=1618884473\
          ;keyid="test-key-ed25519"
        """,
        """
        sig-b26=("date" "@method" "@path" "@authority" \
          "content-type" "content-length");created=1618884473\
          ;keyid="test-key-ed25519"
        """,
        """
        sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1\
          u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:
        """);

    /// <summary>Sections 2.5, 3.1 and 3.2.</summary>
    public static readonly Rfc9421Case Section3 = new(
        """
        "@method": POST
        "@authority": example.com
        "@path": /foo
        "content-digest": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX\
          +TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
        "content-length": 18
        "content-type": application/json
        "@signature-params": ("@method" "@authority" "@path" \
          "content-digest" "content-length" "content-type")\
          ;created=1618884473;keyid="test-key-rsa-pss"
        """,
        """
        sig1=("@method" "@authority" "@path" \
          "content-digest" "content-length" "content-type")\
          ;created=1618884473;keyid="test-key-rsa-pss"
        """,
        """
        sig1=:HIbjHC5rS0BYaa9v4QfD4193TORw7u9edguPh0AW3dMq9WImrl\
          FrCGUDih47vAxi4L2YRZ3XMJc1uOKk/J0ZmZ+wcta4nKIgBkKq0rM9hs3CQyxXGxH\
          LMCy8uqK488o+9jrptQ+xFPHK7a9sRL1IXNaagCNN3ZxJsYapFj+JXbmaI5rtAdSf\
          SvzPuBCh+ARHBmWuNo1UzVVdHXrl8ePL4cccqlazIJdC4QEjrF+Sn4IxBQzTZsL9y\
          9TP5FsZYzHvDqbInkTNigBcE9cKOYNFCn4D/WM7F6TNuZO9EgtzepLWcjTymlHzK7\
          aXq6Am6sfOrpIC49yXjj3ae6HRalVc/g==:
        """);

    /// <summary>Section 4.3: the proxy's signature covers the client's; it is by an algorithm that is not supported here.</summary>
    public static readonly Rfc9421Case Section43 = new(
        """
        "signature";key="sig1": :LAH8BjcfcOcLojiuOBFWn0P5keD3xAOuJRGziCLuD8\
          r5MW9S0RoXXLzLSRfGY/3SF8kVIkHjE13SEFdTo4Af/fJ/Pu9wheqoLVdwXyY/UkB\
          IS1M8Brc8IODsn5DFIrG0IrburbLi0uCc+E2ZIIb6HbUJ+o+jP58JelMTe0QE3IpW\
          INTEzpxjqDf5/Df+InHCAkQCTuKsamjWXUpyOT1Wkxi7YPVNOjW4MfNuTZ9HdbD2T\
          r65+BXeTG9ZS/9SWuXAc+BZ8WyPz0QRz//ec3uWXd7bYYODSjRAxHqX+S1ag3LZEl\
          YyUKaAIjZ8MGOt4gXEwCSLDv/zqxZeWLj/PDkn6w==:
        "forwarded": for=192.0.2.123
        "@signature-params": ("signature";key="sig1" "forwarded")\
          ;created=1618884480;expires=1618884540;keyid="test-key-rsa"\
          ;alg="rsa-v1_5-sha256"
        """,
        """
        sig1=("@method" "@authority" "@path" \
            "content-digest" "content-length" "content-type")\
            ;created=1618884475;keyid="test-key-rsa-pss", \
          proxy_sig=("signature";key="sig1" "forwarded")\
            ;created=1618884480;expires=1618884540;keyid="test-key-rsa"\
            ;alg="rsa-v1_5-sha256"
        """,
        """
        sig1=:LAH8BjcfcOcLojiuOBFWn0P5keD3xAOuJRGziCLuD8r5MW9S0\
            RoXXLzLSRfGY/3SF8kVIkHjE13SEFdTo4Af/fJ/Pu9wheqoLVdwXyY/UkBIS1M8\
            Brc8IODsn5DFIrG0IrburbLi0uCc+E2ZIIb6HbUJ+o+jP58JelMTe0QE3IpWINT\
            EzpxjqDf5/Df+InHCAkQCTuKsamjWXUpyOT1Wkxi7YPVNOjW4MfNuTZ9HdbD2Tr\
            65+BXeTG9ZS/9SWuXAc+BZ8WyPz0QRz//ec3uWXd7bYYODSjRAxHqX+S1ag3LZE\
            lYyUKaAIjZ8MGOt4gXEwCSLDv/zqxZeWLj/PDkn6w==:, \
          proxy_sig=:G1WLTL4/9PGSKEQbSAMypZNk+I2dpLJ6qvl2JISahlP31OO/QEUd8/\
            HdO2O7vYLi5k3JIiAK3UPK4U+kvJZyIUidsiXlzRI+Y2se3SGo0D8dLfhG95bKr\
            6ukYXl60QHpsGRTfSiwdtvYKXGpKNrMlISJYd+oGrGRyI9gbCy0aFhc6I/okIML\
            eK4g9PgzpC3YTwhUQ98KIBNLWHgREfBgJxjPbxFlsgJ9ykPviLj8GKJ81HwsK3X\
            M9P7WaS7fMGOt8h1kSqgkZQB9YqiIo+WhHvJa7iPy8QrYFKzx9BBEY6AwfStZAs\
            XXz3LobZseyxsYcLJLs8rY0wVA9NPsxKrHGA==:
        """);

    /// <summary>Appendix B.3: what a TLS-terminating proxy sends on.</summary>
    public static readonly WireRequest B3 = WireRequest.Parse("""
        POST /foo?param=Value&Pet=dog HTTP/1.1
        Host: service.internal.example
        Date: Tue, 20 Apr 2021 02:07:55 GMT
        Content-Type: application/json
        Content-Length: 18
        Client-Cert: :MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKD\
          BJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQT\
          AeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFk\
          wEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmck\
          C8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDV\
          R0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf\
          8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV\
          4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6\
          bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:
        Signature-Input: ttrp=("@path" "@query" "@method" "@authority" \
          "client-cert");created=1618884473;keyid="test-key-ecc-p256"
        Signature: ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6\
          Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==:

        {"hello": "world"}
        """);

    /// <summary>Appendix B.4: the signature that stays the same while the message around it changes.</summary>
    public static readonly Rfc9421Case B4 = new(
        """
        "@method": GET
        "@path": /demo
        "@authority": example.org
        "accept": application/json, */*
        "@signature-params": ("@method" "@path" "@authority" "accept")\
          ;created=1618884473;keyid="test-key-ed25519"
        """,
        """
        transform=("@method" "@path" "@authority" \
          "accept");created=1618884473;keyid="test-key-ed25519"
        """,
        """
        transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5J\
          Z1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:
        """);
}

/// <summary>A signature base as printed, and the two fields.</summary>
internal sealed record Rfc9421Case(string PrintedBase, string PrintedInput, string PrintedSignature)
{
    public string Base { get; } = WireRequest.Unfold(PrintedBase);

    public string Input { get; } = WireRequest.Unfold(PrintedInput);

    public string Signature { get; } = WireRequest.Unfold(PrintedSignature);

    /// <summary>The value of <c>@signature-params</c>.</summary>
    public string Parameters => Input[(Input.IndexOf('=', StringComparison.Ordinal) + 1)..];

    public WireRequest Sign(WireRequest request) => request.With("signature-input", Input).With("signature", Signature);
}
