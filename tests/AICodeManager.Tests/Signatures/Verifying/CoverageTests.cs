using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Verifying;
using static AICodeManager.Tests.Signatures.Verifying.Contract;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>What must be covered: the server says so, never the client.</summary>
public sealed class CoverageTests
{
    [Theory]
    [InlineData("(\"@method\" \"@target-uri\")", SignatureFault.None)]
    [InlineData("(\"@target-uri\" \"@method\")", SignatureFault.None)]
    [InlineData("(\"@method\" \"@authority\" \"@path\" \"@query\")", SignatureFault.None)]
    [InlineData("(\"@method\" \"@target-uri\" \"@authority\" \"@path\" \"@query\" \"@scheme\" \"@request-target\")", SignatureFault.None)]
    [InlineData("()", SignatureFault.Components)]
    [InlineData("(\"@target-uri\")", SignatureFault.Components)]
    [InlineData("(\"@method\")", SignatureFault.Components)]
    [InlineData("(\"@method\" \"@path\" \"@query\")", SignatureFault.Components)]
    [InlineData("(\"@method\" \"@authority\" \"@query\")", SignatureFault.Components)]
    [InlineData("(\"@method\" \"@authority\" \"@path\")", SignatureFault.Components)]
    [InlineData("(\"@method\" \"@authority\" \"@path\" \"@query-param\";name=\"limit\")", SignatureFault.Components)]
    [InlineData("(\"@method\" \"@authority\" \"@request-target\")", SignatureFault.Components)]
    public void Can_cover_the_target_in_two_ways(string components, SignatureFault expected) =>
        Assert.Equal(expected, Judge(Sign(Get, components + Parameters)));

    [Theory]
    [InlineData("\"content-digest\" \"authorization\"", SignatureFault.None)]
    [InlineData("\"authorization\" \"content-digest\" \"content-type\"", SignatureFault.None)]
    [InlineData("\"authorization\"", SignatureFault.Components)]
    [InlineData("\"content-digest\"", SignatureFault.Components)]
    [InlineData("\"authorization\" \"content-type\"", SignatureFault.Components)]
    [InlineData("\"authorization\" \"content-digest\";bs", SignatureFault.Components)]
    [InlineData("\"authorization\" \"content-digest\";key=\"sha-256\"", SignatureFault.Components)] // its other members would be open
    [InlineData("\"authorization\";bs \"content-digest\"", SignatureFault.Components)]
    public void Cannot_leave_content_or_authorization_open(string more, SignatureFault expected) =>
        Assert.Equal(expected, Judge(Sign(Post, $"(\"@method\" \"@target-uri\" {more}){Parameters}")));

    [Fact]
    public void Cannot_add_content_or_authorization_afterwards()
    {
        Assert.Equal(SignatureFault.Components, Judge(Sign(Get) with { Body = "x" }));
        Assert.Equal(SignatureFault.Components, Judge(Sign(Get).With("authorization", "Bearer other")));
        Assert.Equal(SignatureFault.None, Judge(Sign(Get).With("cookie", "a=1")));
    }

    [Fact]
    public void Cannot_change_what_is_covered()
    {
        var signed = Sign(Post);
        Assert.Equal(SignatureFault.Signature, Judge(signed with { Method = "PUT" }));
        Assert.Equal(SignatureFault.Signature, Judge(signed with { Method = "post" }));
        Assert.Equal(SignatureFault.Signature, Judge(signed with { Scheme = "http" }));
        Assert.Equal(SignatureFault.Signature, Judge(signed with { Authority = "example.org" }));
        Assert.Equal(SignatureFault.Signature, Judge(signed with { Target = signed.Target + "?" }));
        Assert.Equal(SignatureFault.Signature, Judge(signed.Instead("authorization", "Bearer abd")));
        Assert.Equal(SignatureFault.Signature, Judge(signed.Instead("content-digest", ContentDigest.Of("other"u8))));
        Assert.Equal(SignatureFault.Components, Judge(signed.Instead("authorization", null)));
        Assert.Equal(SignatureFault.Components, Judge(signed.Instead("content-digest", null)));
    }

    [Theory]
    [InlineData("authorization", "Bearer other")]
    [InlineData("content-digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:")]
    [InlineData("content-type", "text/plain")]
    public void Cannot_say_twice_what_has_one_value(string field, string value)
    {
        var covering = $"(\"@method\" \"@target-uri\" \"content-digest\" \"authorization\" \"content-type\"){Parameters}";
        Assert.Equal(SignatureFault.None, Judge(Sign(Post, covering)));

        // Signed like this, too: a combined value blesses both readings.
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Post.With(field, value), covering)));
    }

    [Theory]
    [InlineData("application/json, text/plain", SignatureFault.Malformed)]
    [InlineData("multipart/form-data; boundary=\"a,b\"", SignatureFault.None)]
    public void Cannot_fold_two_media_types_into_one(string value, SignatureFault expected) =>
        Assert.Equal(expected, Judge(Sign(Get.With("content-type", value), $"(\"@method\" \"@target-uri\" \"content-type\"){Parameters}")));

    [Theory]
    [InlineData("md5=:AAAAAAAAAAAAAAAAAAAAAA==:")]
    [InlineData("sha-256=:AAAA:")]
    [InlineData("sha-256=:SNIVma8dgUBx_U1CBaYFQnsJep9S0_tXaNXlQQOdoxQ:")]
    [InlineData("")]
    public void Cannot_cover_a_digest_that_is_none(string digest) =>
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get.With("content-digest", digest), $"(\"@method\" \"@target-uri\" \"content-digest\"){Parameters}")));
}
