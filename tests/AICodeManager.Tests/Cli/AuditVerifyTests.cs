namespace AICodeManager.Tests.Cli;

public sealed class AuditVerifyTests
{
    [Fact]
    public async Task Tells_an_audit_that_was_tampered_with_by_the_exit_code_and_names_the_entry()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/audit/verify", Proof())
            .On("GET /admin/audit/verify", Proof(new { kind = "altered", chain = "c-1", sequence = 7, id = "e-7", detail = "its fields do not match its link" }))
            .Refuses("GET /admin/audit/verify", 409, "verification_running", "The audit is being verified already.");

        Assert.Equal(0, await aicli.RunAsync("admin", "audit", "verify"));
        Assert.Contains("The audit is intact.", aicli.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await aicli.RunAsync("admin", "audit", "verify"));
        Assert.Contains("altered", aicli.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("e-7", aicli.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("NOT INTACT", aicli.Out.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(0, await aicli.RunAsync("admin", "audit", "verify"));
    }

    private static object Proof(params object[] faults) => new
    {
        intact = faults.Length == 0, events = 12, faults, chains = 1, before_chain = 0, checkpoints = 2, keys = new[] { "k" }, notes = new[] { "the clock went back" },
    };
}
