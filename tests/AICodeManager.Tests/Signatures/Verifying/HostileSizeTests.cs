using System.Text;
using AICodeManager.Signatures.Verifying;
using static AICodeManager.Tests.Signatures.Verifying.Contract;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>Sizes beyond any honest request: an answer, within bounded memory, and no exception.</summary>
public sealed class HostileSizeTests
{
    private static readonly string Whole = "(\"@method\" \"@target-uri\")" + Parameters;

    [Fact]
    public void Can_read_up_to_eight_kibibytes()
    {
        var room = Policy.MostCharacters - "sig=".Length - Whole.Length - ";x=\"\"".Length;
        Assert.Equal(SignatureFault.None, Judge(Sign(Get, $"{Whole};x=\"{new string('a', room)}\"")));
        Refuses(Sign(Get, $"{Whole};x=\"{new string('a', room + 1)}\""));
    }

    [Fact]
    public void Cannot_send_very_many_labels()
    {
        Refuses(Repeated(Sign(Get, Whole), "signature-input", i => $"l{i}=();x", 10_000));
        Refuses(Repeated(Sign(Get, Whole), "signature", i => $"l{i}=:AAAA:", 10_000));
        Refuses(Repeated(Sign(Get, Whole), "signature-input", i => $"l{i}=()", 900));
        Refuses(Repeated(Sign(Get, Whole), "signature", i => $"l{i}=::", 900));
    }

    [Fact]
    public void Can_carry_eight_signatures_and_not_nine()
    {
        var signed = Sign(Get, Whole);
        for (var i = 2; i <= 8; i++)
        {
            signed = signed.With("signature-input", $"l{i}=()").With("signature", $"l{i}=:AAAA:");
        }

        Assert.Equal(SignatureFault.None, Judge(signed));
        Refuses(signed.With("signature-input", "l9=()").With("signature", "l9=:AAAA:"));
    }

    [Fact]
    public void Cannot_send_very_many_lines()
    {
        var signed = Sign(Get, Whole);
        for (var i = 0; i < 200; i++)
        {
            signed = signed.With("signature-input", new string('x', 1000));
        }

        Refuses(signed, 2_000);
    }

    [Fact]
    public void Can_cover_32_components_and_not_33()
    {
        var request = Enumerable.Range(0, 31).Aggregate(Get, (r, i) => r.With($"x-{i}", "v"));
        var thirty = string.Concat(Enumerable.Range(0, 30).Select(i => $" \"x-{i}\""));
        Assert.Equal(SignatureFault.None, Judge(Sign(request, $"(\"@method\" \"@target-uri\"{thirty}){Parameters}")));
        Refuses(Sign(request, $"(\"@method\" \"@target-uri\"{thirty} \"x-30\"){Parameters}"));
    }

    [Fact]
    public void Can_have_16_parameters_and_not_17()
    {
        var twelve = string.Concat(Enumerable.Range(0, 12).Select(i => $";x{i}"));
        Assert.Equal(SignatureFault.None, Judge(Sign(Get, Whole + twelve)));
        Refuses(Sign(Get, Whole + twelve + ";x12"));
    }

    [Fact]
    public void Cannot_nest_parameters_deeply()
    {
        Refuses(Sign(Get, "(\"@method\"" + string.Concat(Enumerable.Repeat(";x", 3000)) + " \"@target-uri\")" + Parameters));
        Refuses(Sign(Get, new string('(', 4000)));
        Refuses(Sign(Get, "(" + new string(' ', 8000)));
        Refuses(Sign(Get, Whole).Instead("signature", "sig=" + new string(':', 8000)));
    }

    [Fact]
    public void Cannot_decode_a_huge_signature()
    {
        Assert.Equal(SignatureFault.Signature, Judge(Sign(Get, Whole).Instead("signature", $"sig=:{Convert.ToBase64String(new byte[1024])}:")));
        Refuses(Sign(Get, Whole).Instead("signature", $"sig=:{Convert.ToBase64String(new byte[1025])}:"));
    }

    [Fact]
    public void Can_name_a_time_that_the_framework_does_not_know()
    {
        var signed = Sign(Get, Whole + ";expires=999999999999999");
        var reading = new SignatureVerifier(Policy, Clock).Read(signed);
        Assert.Equal(DateTimeOffset.MaxValue, reading.Signature!.Expires);
        Assert.Equal(SignatureFault.None, Judge(signed));
        Assert.Equal(SignatureFault.Window, Judge(Sign(Get, Whole.Replace($"{Now}", "999999999999999", StringComparison.Ordinal))));
    }

    [Fact]
    public void Cannot_have_a_signature_base_without_end()
    {
        var large = Get.With("x-large", new string('a', 70_000));
        Assert.Equal(SignatureFault.Signature, Judge(Sign(large, $"(\"@method\" \"@target-uri\" \"x-large\"){Parameters}")));
        Assert.Throws<ArgumentException>(() => Sign(large, Options with { Covering = _ => ["@method", "x-large"] }));
    }

    [Fact]
    public void Cannot_make_much_work_of_a_long_query_or_dictionary()
    {
        // Every covered component looks through all of it: that must not make text each time.
        var query = string.Join('&', Enumerable.Range(0, 1_000).Select(i => $"p{i}=v"));
        var named = string.Concat(Enumerable.Range(0, 30).Select(i => $" \"@query-param\";name=\"p{i}\""));
        Bounded(Sign(Get with { Target = $"/?{query}" }, $"(\"@method\" \"@target-uri\"{named}){Parameters}"), SignatureFault.None, 64 << 10);
        var dictionary = Get.With("x-d", string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"p{i}=1")));
        var keyed = string.Concat(Enumerable.Range(0, 30).Select(i => $" \"x-d\";key=\"p{i}\""));
        Bounded(Sign(dictionary, $"(\"@method\" \"@target-uri\"{keyed}){Parameters}"), SignatureFault.None, 64 << 10);
    }

    private static WireRequest Repeated(WireRequest signed, string field, Func<int, string> member, int count)
    {
        var text = new StringBuilder(signed.Line(field, 0));
        for (var i = 0; i < count; i++)
        {
            text.Append(", ").Append(member(i));
        }

        return signed.Instead(field, text.ToString());
    }

    private static void Refuses(WireRequest request, long mostBytes = 16 << 10) => Bounded(request, SignatureFault.Malformed, mostBytes);

    private static void Bounded(WireRequest request, SignatureFault expected, long mostBytes)
    {
        Assert.Equal(expected, Judge(request));
        var frozen = new FrozenRequest(request);
        var verifier = new SignatureVerifier(Policy, Clock);
        verifier.Read(frozen);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = verifier.Read(frozen);
        _ = reading.Signature is { } signature && verifier.IsBy(Key.Public, signature, frozen);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, mostBytes);
    }
}
