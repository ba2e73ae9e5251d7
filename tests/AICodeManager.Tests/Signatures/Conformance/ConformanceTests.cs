using AICodeManager.Signatures.Verifying;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Signatures.Conformance;

/// <summary>
/// The request-signing conformance set: every file through the shipped verifier. Its files of profile 3.1 write base64url
/// between the colons of <c>Signature</c>, which RFC 9651 does not know: they are refused as they are, and run transcoded.
/// </summary>
public sealed class ConformanceTests
{
    // Its signature covers a Content-Digest in base64url: transcoded, it would be another text than was signed. The same
    // request in base64 is profile-3.2/positive/001.
    private const string DigestInBase64Url = "request-signing/positive/002-post-with-content-digest.json";

    // Refused with the form of the message, before a key is looked for; the suite says step 10.
    private const string EmptyLabel = "request-signing/profile-3.2/negative/002-multiple-trailing-dots.json";

    [Fact]
    public void Can_accept_what_the_suite_accepts()
    {
        var files = Vectors.Files("request-signing/positive").Concat(Vectors.Files("request-signing/profile-3.2/positive")).Except([DigestInBase64Url]).ToList();
        Assert.All(files, file => Assert.Equal(("", ""), new ConformanceCase(file).Judge()));
        Assert.Equal(11 + 1, files.Count);
    }

    [Fact]
    public void Can_refuse_what_the_suite_refuses_at_the_same_step_for_the_same_reason()
    {
        var files = Vectors.Files("request-signing/negative");
        Assert.All(files, file =>
        {
            var test = new ConformanceCase(file);
            Assert.Equal((test.Step, test.Code), test.Judge());
        });
        Assert.Equal(28, files.Count);
    }

    [Fact]
    public void Can_refuse_what_profile_3_2_refuses()
    {
        Assert.Equal(2, Vectors.Files("request-signing/profile-3.2/negative").Count);
        var inBase64Url = new ConformanceCase("request-signing/profile-3.2/negative/001-base64url-sf-binary.json");
        Assert.Equal(SignatureFault.Malformed, inBase64Url.Read(inBase64Url.Request(transcode: false)).Fault);
        Assert.Equal(("", ""), inBase64Url.Judge());

        var emptyLabel = new ConformanceCase(EmptyLabel);
        var reading = emptyLabel.Read(emptyLabel.Request());
        Assert.Equal(SignatureFault.Malformed, reading.Fault);
        Assert.Contains("host", reading.Detail, StringComparison.Ordinal);
        Assert.Equal(SignatureFault.None, emptyLabel.Read(emptyLabel.Request() with { Authority = "seller.example.com" }).Fault);
    }

    [Fact]
    public void Cannot_take_base64url_for_base64()
    {
        var refused = 0;
        foreach (var file in Vectors.Files("request-signing/positive").Concat(Vectors.Files("request-signing/negative")))
        {
            var test = new ConformanceCase(file);
            if (test.Request().ToString() != test.Request(transcode: false).ToString())
            {
                Assert.Equal(SignatureFault.Malformed, test.Read(test.Request(transcode: false)).Fault);
                refused++;
            }
        }

        Assert.Equal(12 + 26, refused);
        var digest = new ConformanceCase(DigestInBase64Url);
        Assert.Equal(("1", "request_signature_header_malformed"), digest.Judge());
    }

    [Fact]
    public void Can_write_the_signature_bases_of_the_suite()
    {
        var written = 0;
        foreach (var file in Vectors.Files("request-signing/positive").Concat(Vectors.Files("request-signing/negative")).Concat(Vectors.Files("request-signing/profile-3.2/positive")))
        {
            var test = new ConformanceCase(file);
            if (test.Base is { } expected && file != DigestInBase64Url)
            {
                var request = test.Request();
                Assert.Equal(expected, Bases.Of(request, request.Line("signature-input", 0)["sig1=".Length..]));
                written++;
            }
        }

        Assert.Equal(13, written);
    }

    [Fact]
    public void Can_derive_what_the_suite_derives_from_urls()
    {
        var (derived, refused) = (0, 0);
        foreach (var test in Vectors.Json("request-signing/canonicalization.json").GetProperty("cases").EnumerateArray())
        {
            var request = CanonicalUrl.Request("GET", test.GetProperty("input_url").GetString()!, names: true);
            var isRefused = test.TryGetProperty("reject", out _);
            Assert.Equal(isRefused ? null : test.GetProperty("expected_target_uri").GetString(), Bases.Line(request, "\"@target-uri\""));
            Assert.Equal(isRefused ? null : test.GetProperty("expected_authority").GetString(), Bases.Line(request, "\"@authority\""));
            _ = isRefused ? refused++ : derived++;
        }

        Assert.Equal((29, 8), (derived, refused));
    }
}
