using AICodeManager.Signatures.Verifying;
using static AICodeManager.Tests.Signatures.Verifying.Contract;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>Form: what could be read in two ways, or not at all, is refused before anything else is asked.</summary>
public sealed class FormTests
{
    private static readonly string Whole = "(\"@method\" \"@target-uri\")" + Parameters;

    [Fact]
    public void Can_accept_a_signed_request()
    {
        Assert.Equal(SignatureFault.None, Judge(Sign(Get)));
        Assert.Equal(SignatureFault.None, Judge(Sign(Post)));
        Assert.Equal(SignatureFault.None, Judge(Sign(Get, Whole)));
    }

    [Fact]
    public void Cannot_do_without_one_of_the_two_fields()
    {
        Assert.Equal(SignatureFault.Missing, Judge(Get));
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get).Instead("signature", null)));
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get).Instead("signature-input", null)));
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get).Instead("signature", "")));
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get).Instead("signature-input", "")));
    }

    [Fact]
    public void Cannot_use_a_label_twice()
    {
        var signed = Sign(Get, Whole);
        var (input, signature) = (signed.Line("signature-input", 0), signed.Line("signature", 0));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.Instead("signature-input", $"{input}, {input}")));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.With("signature-input", input)));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.With("signature-input", "sig=(\"@method\");tag=\"other\"")));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.Instead("signature", $"{signature}, {signature}")));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.With("signature", "sig=:AAAA:")));
    }

    [Fact]
    public void Cannot_have_a_label_without_its_other_half()
    {
        var signed = Sign(Get, Whole);
        Assert.Equal(SignatureFault.Malformed, Judge(signed.With("signature", "more=:AAAA:")));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.With("signature-input", "more=(\"@method\")")));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.Instead("signature", signed.Line("signature", 0).Replace("sig=", "sug=", StringComparison.Ordinal))));
        Assert.Equal(SignatureFault.None, Judge(signed.With("signature", "more=:AAAA:").With("signature-input", "more=(\"@method\")")));
    }

    [Fact]
    public void Cannot_have_two_signatures_of_one_tag()
    {
        var both = Sign(Sign(Get, Whole), Whole, "sig2");
        Assert.Equal(SignatureFault.Malformed, Judge(both));
        Assert.Equal(SignatureFault.None, Judge(both, Policy with { Label = "sig2" }));
        var ours = Sign(Sign(Get, Whole), Whole.Replace("\"aicli\"", "\"another\"", StringComparison.Ordinal), "sig2");
        Assert.Equal(SignatureFault.None, Judge(ours));
        Assert.Equal(SignatureFault.None, Judge(ours, Policy with { Tag = "another" }));
        Assert.Equal(SignatureFault.Missing, Judge(ours, Policy with { Tag = "third" }));
    }

    [Theory]
    [InlineData("tag=\"aicli\";tag=\"other\"")] // hidden from whoever takes the last
    [InlineData("tag=\"other\";tag=\"aicli\"")]
    [InlineData("tag=aicli")]
    [InlineData("tag")]
    [InlineData("tag=:YWljbGk=:")]
    public void Cannot_hide_a_tag(string tag) =>
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get, Whole.Replace("tag=\"aicli\"", tag, StringComparison.Ordinal))));

    [Theory]
    [InlineData("(\"@method\" \"@target-uri\" \"@method\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";bs \"cookie\";bs)")]
    [InlineData("(\"@method\" \"@target-uri\" \"@query-param\";name=\"limit\" \"@query-param\";name=\"limit\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"@status\")")] // a response has it
    [InlineData("(\"@method\" \"@target-uri\" \"@signature-params\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"@unknown\")")]
    [InlineData("(\"@Method\" \"@target-uri\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"Cookie\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"coo kie\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"coo\\\"kie\")")]
    [InlineData("(\"@method\" \"@target-uri\" cookie)")]
    [InlineData("(\"@method\" \"@target-uri\" 1)")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";sf)")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";tr)")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";req)")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";bs;key=\"a\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";bs=?0)")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";bs;bs)")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";key=\"a\";key=\"b\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"cookie\";key=a)")]
    [InlineData("(\"@method\";bs \"@target-uri\")")]
    [InlineData("(\"@method\";key=\"a\" \"@target-uri\")")]
    [InlineData("(\"@method\" \"@target-uri\";name=\"a\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"@query-param\")")]
    [InlineData("(\"@method\"\"@target-uri\")")]
    [InlineData("(\"@method\" \"@target-uri\"")]
    [InlineData("\"@method\"")]
    [InlineData("((\"@method\" \"@target-uri\"))")]
    [InlineData("(\"@method\"\t\"@target-uri\")")]
    [InlineData("(\"@method\",\"@target-uri\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"c\u00f6\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"c\0\")")]
    [InlineData("(\"@method\" \"@target-uri\" \"\uff40method\")")]
    public void Cannot_read_these_components(string components) =>
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get.With("cookie", "a=1"), components + Parameters)));

    [Theory]
    [InlineData(";created=1")]
    [InlineData(";nonce=\"AAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData(";keyid=\"a\"")]
    [InlineData(";x=1;x=1")]
    [InlineData(";expires=\"1\"")]
    [InlineData(";expires=1.5")]
    [InlineData(";expires=@1893456000")]
    [InlineData(";expires=-1")]
    [InlineData(";expires=1000000000000000")] // 16 digits
    [InlineData(";expires=99999999999999999999999999")]
    [InlineData(";alg=ecdsa-p256-sha256")]
    [InlineData(";alg=?1")]
    [InlineData(";X=1")]
    [InlineData(";")]
    [InlineData(";x=")]
    [InlineData(";x=\"\u00e9\"")]
    [InlineData(";x=\"\0\"")]
    [InlineData(" ;x=1")]
    [InlineData(";x=1 y")]
    [InlineData(",")]
    [InlineData(", ,")]
    [InlineData(",sig2")]
    [InlineData(",sig2=1")]
    public void Cannot_read_these_parameters(string more) => Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get, Whole + more)));

    [Theory]
    [InlineData("keyid=\"", "keyid=")] // a token where a string is wanted
    [InlineData("created=", "created=\"")]
    public void Cannot_read_values_of_another_type(string good, string bad) =>
        Assert.Equal(SignatureFault.Malformed, Judge(Sign(Get, Whole.Replace(good, bad, StringComparison.Ordinal))));

    [Theory]
    [InlineData("-_")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("=")]
    [InlineData("A")]
    [InlineData(":")]
    public void Cannot_read_a_signature_that_is_not_strict_base64(string disturbance)
    {
        var signed = Sign(Get, Whole);
        var field = signed.Line("signature", 0);
        Assert.Equal(SignatureFault.Malformed, Judge(signed.Instead("signature", field.Insert(20, disturbance))));
    }

    [Fact]
    public void Cannot_spell_one_signature_in_two_ways()
    {
        // 64 octets leave four bits of the last character unused: another one decodes to the same octets elsewhere.
        var signed = Sign(Get, Whole);
        var field = signed.Line("signature", 0);
        var at = field.IndexOf("==:", StringComparison.Ordinal) - 1;
        var other = field[..at] + (char)(field[at] + 1) + field[(at + 1)..];
        Assert.Equal(SignatureFault.Malformed, Judge(signed.Instead("signature", other)));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.Instead("signature", field.Replace("==:", ":", StringComparison.Ordinal))));
        Assert.Equal(SignatureFault.Signature, Judge(signed.Instead("signature", "sig=::")));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.Instead("signature", "sig=\"AAAA\"")));
        Assert.Equal(SignatureFault.Malformed, Judge(signed.Instead("signature", "sig")));
    }
}
