using AICodeManager.Signatures.Verifying;
using static AICodeManager.Tests.Signatures.Verifying.Contract;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>Other spellings of the same list: RFC 9421 section 2.5 signs the canonical one, however the field was spelled.</summary>
public sealed class SpellingTests
{
    private static readonly string Components = "(\"@method\" \"@target-uri\" \"cookie\";bs)";
    private static readonly WireRequest Request = Get.With("cookie", "a=1");

    public static TheoryData<string> Spellings => new(
        $"( \"@method\"   \"@target-uri\" \"cookie\";bs ){Parameters}",
        $"(\"@method\" \"@target-uri\" \"cookie\";   bs){Parameters}",
        $"(\"@method\" \"@target-uri\" \"cookie\";bs=?1){Parameters}",
        Components + Parameters.Replace(";", ";  ", StringComparison.Ordinal),
        Components + Parameters.Replace("created=", "created=000", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Can_verify_another_spelling(string spelled)
    {
        var canonical = Sign(Request, Components + Parameters);
        var other = canonical.Instead("signature-input", $"sig={spelled}");
        Assert.Equal(SignatureFault.None, Judge(other));
        Assert.Equal(Bases.Of(Request, Components + Parameters), Bases.Of(Request, spelled));
    }

    [Theory]
    [InlineData(";x=-0", ";x=0")]
    [InlineData(";x=007", ";x=7")]
    [InlineData(";x=1.50", ";x=1.5")]
    [InlineData(";x=?1", ";x")]
    [InlineData(";x=@0001", ";x=@1")]
    [InlineData(";x=:AQID:", ";x=:AQID:")]
    [InlineData(";x=%\"f%c3%bc\"", ";x=%\"f%c3%bc\"")]
    [InlineData(";x=tok/en", ";x=tok/en")]
    [InlineData(";x=\"a\\\"b\\\\c\"", ";x=\"a\\\"b\\\\c\"")]
    public void Can_verify_unknown_parameters_of_every_kind(string spelled, string canonical)
    {
        var signed = Sign(Request, Components + Parameters + canonical);
        Assert.Equal(SignatureFault.None, Judge(signed));
        Assert.Equal(SignatureFault.None, Judge(signed.Instead("signature-input", $"sig={Components}{Parameters}{spelled}")));
    }

    [Fact]
    public void Can_verify_spaces_around_members_and_several_lines()
    {
        var signed = Sign(Request, Components + Parameters);
        var (input, signature) = (signed.Line("signature-input", 0), signed.Line("signature", 0));
        Assert.Equal(SignatureFault.None, Judge(signed.Instead("signature-input", $"  {input}  ").Instead("signature", $" {signature} ")));
        var split = Request.With("signature-input", "other=()").With("signature-input", input).With("signature", signature).With("signature", "other=:AAAA:");
        Assert.Equal(SignatureFault.None, Judge(split));
        Assert.Equal(SignatureFault.None, Judge(signed.Instead("signature-input", $"{input}\t, \t other=()").Instead("signature", $"other=:AAAA:,{signature};x=1")));
    }

    [Fact]
    public void Cannot_change_what_the_parameters_say()
    {
        var signed = Sign(Request, Components + Parameters);
        var input = signed.Line("signature-input", 0);
        foreach (var (from, to) in new[] { ("VXfVQA", "VXfVQB"), ($"{Now}", $"{Now - 1}"), (KeyId[..8], "11111111"), (";bs", ""), ("\"@method\" ", ""), ("aicli\"", "aicli\";x") })
        {
            Assert.Equal(from == "\"@method\" " ? SignatureFault.Components : SignatureFault.Signature,
                Judge(signed.Instead("signature-input", input.Replace(from, to, StringComparison.Ordinal))));
        }

        var reordered = $"sig=(\"@target-uri\" \"@method\" \"cookie\";bs){Parameters}";
        Assert.Equal(SignatureFault.Signature, Judge(signed.Instead("signature-input", reordered)));
    }
}
