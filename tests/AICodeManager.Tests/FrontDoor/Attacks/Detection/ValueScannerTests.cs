using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Tests.FrontDoor.Attacks.Detection;

public sealed class ValueScannerTests
{
    private const string Injection = "x' UNION SELECT login FROM staff --";

    [Fact]
    public void A_text_is_judged_by_its_class() =>
        Assert.Equal(new Finding(AttackClass.SqlInjection, Finding.Strong, "sql.union"), Scan(Injection, FieldKind.Text)[(int)AttackClass.SqlInjection]);

    [Fact]
    public void Code_is_counted_and_never_enough()
    {
        var found = Scan(Injection, FieldKind.Code);
        Assert.Equal(Finding.Weak, found[(int)AttackClass.SqlInjection].Score);
        Assert.All(found, finding => Assert.True(finding.Score <= Finding.Weak));
    }

    [Fact]
    public void Of_code_only_the_beginning_is_looked_at() => Assert.All(Scan(new string('x', 4000) + Injection, FieldKind.Code), f => Assert.False(f.Any));

    [Theory]
    [InlineData(FieldKind.Secret)]
    [InlineData(FieldKind.Path)]
    public void Secrets_are_not_looked_at_and_paths_not_for_sql(FieldKind kind) =>
        Assert.False(Scan(Injection, kind)[(int)AttackClass.SqlInjection].Any);

    [Theory]
    [InlineData("x%27%20union%20select%20login%20from%20staff")]
    [InlineData("name=x' or 1=1 --")]
    [InlineData("ｘ＇ or １=１ --")]
    public void What_somebody_behind_us_would_decode_again_is_found_as_well(string value) =>
        Assert.Equal(Finding.Strong, Scan(value, FieldKind.Text)[(int)AttackClass.SqlInjection].Score);

    [Fact]
    public void Padding_hides_nothing_at_either_end()
    {
        var padding = new string('a', 200_000) + " ";
        Assert.True(Scan(padding + Injection, FieldKind.Text)[0].Any);
        Assert.True(Scan(Injection + padding, FieldKind.Text)[0].Any);
    }

    [Theory]
    [InlineData("Payment service: retry on timeouts (#1234)")]
    [InlineData("결제 서버의 '재시도' 정책을 정리해 주세요 (긴급)")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36")]
    [InlineData("https://example.org/a%20b/c?d=e%2Ff#g")]
    [InlineData("It's 5 o'clock; don't be late -- we won't wait")]
    public void Clean_values_cost_no_memory(string value)
    {
        var found = new Finding[5];
        for (var i = 0; i < 30; i++)
            ValueScanner.Scan(value, FieldKind.Text, found);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ValueScanner.Scan(value, FieldKind.Text, found);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.All(found, f => Assert.False(f.Any));
    }

    private static Finding[] Scan(string value, FieldKind kind)
    {
        var found = new Finding[5];
        ValueScanner.Scan(value, kind, found);
        return found;
    }
}
