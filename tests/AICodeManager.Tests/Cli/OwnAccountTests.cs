namespace AICodeManager.Tests.Cli;

public sealed class OwnAccountTests
{
    private static readonly object Secret = new { secret = "JBSWY3DPEHPK3PXP", uri = "otpauth://totp/AICode%20Manager:ada?secret=JBSWY3DPEHPK3PXP" };
    private static readonly object Codes = new { recovery_codes = new[] { "aaaa-bbbb", "cccc-dddd" } };

    [Fact]
    public async Task Can_show_and_rename()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /auth/me", Some.User).On("PUT /auth/me", Some.User)
            .Refuses("PUT /auth/me", 409, "account_changed", "The account was changed by another request; try again.");

        Assert.Equal(0, await aicli.RunAsync("account", "show", "--json"));
        Assert.Equal("ada@example.org", aicli.Document().GetProperty("email").GetString());
        Assert.Equal(0, await aicli.RunAsync("account", "name", "Ada L."));
        Assert.Equal("Ada L.", api.Only("PUT /auth/me").Json.GetProperty("name").GetString());
        Assert.Equal(1, await aicli.RunAsync("account", "name", "Ada"));
    }

    [Fact]
    public async Task Can_change_the_password_on_a_terminal_and_types_the_new_one_twice()
    {
        await using var api = await ApiDouble.StartAsync();
        var typed = new Queue<string>(["old", "new one", "new two", "old", "new one", "new one"]);
        using var aicli = new Aicli(api) { Interactive = true, ReadSecret = typed.Dequeue };
        api.On("POST /auth/password", null, 204);

        Assert.Equal(2, await aicli.RunAsync("account", "password"));
        Assert.Empty(api.Seen);
        Assert.Equal(0, await aicli.RunAsync("account", "password"));

        Assert.Equal("new one", api.Only("POST /auth/password").Json.GetProperty("password").GetString());
    }

    [Theory]
    [InlineData("only one line\n")]
    [InlineData("old\nnew\nmore\n")]
    [InlineData("\nnew\n")]
    [InlineData("old\n\n")]
    public async Task Cannot_change_the_password_by_other_than_two_lines(string input)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { In = new StringReader(input) };

        Assert.Equal(2, await aicli.RunAsync("account", "password", "--password-stdin"));
        Assert.Equal(2, await aicli.RunAsync("account", "password"));
        Assert.Empty(api.Seen);
    }

    [Fact]
    public async Task Can_set_a_password_by_a_reset_without_being_signed_in()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli { Environment = { ["AICLI_SERVER"] = api.Address }, In = new StringReader("the-token\nnew password\n") };
        api.On("POST /auth/password/reset", null, 204).Refuses("POST /auth/password/reset", 400, "invalid_reset_token", "This reset is not valid.");

        Assert.Equal(0, await aicli.RunAsync("account", "reset-password", "--password-stdin"));

        var sent = api.Only("POST /auth/password/reset");
        Assert.Equal("the-token", sent.Json.GetProperty("reset_token").GetString());
        Assert.Equal("new password", sent.Json.GetProperty("password").GetString());
        Assert.False(sent.Headers.ContainsKey("Authorization"));
        aicli.In = new StringReader("the-token\nnew password\n");
        Assert.Equal(1, await aicli.RunAsync("account", "reset-password", "--password-stdin"));
    }

    [Fact]
    public async Task Can_enable_codes_and_correct_a_mistyped_one()
    {
        await using var api = await ApiDouble.StartAsync();
        var typed = new Queue<string>(["000000", "123 456"]);
        using var aicli = new Aicli(api) { Interactive = true, ReadSecret = typed.Dequeue };
        api.On("POST /auth/totp", Secret)
            .Refuses("POST /auth/totp/confirm", 400, "invalid_input", "The code is wrong").On("POST /auth/totp/confirm", Codes);

        Assert.Equal(0, await aicli.RunAsync("account", "totp", "enable"));

        var output = aicli.Out.ToString();
        Assert.Contains("JBSWY3DPEHPK3PXP\n", output);
        Assert.Contains("otpauth://totp/AICode%20Manager:ada?secret=JBSWY3DPEHPK3PXP\n", output);
        Assert.Contains("  aaaa-bbbb\n  cccc-dddd\n", output);
        Assert.Equal("123 456", api.Seen.Last().Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Can_enable_codes_in_two_steps_from_a_script()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { In = new StringReader("123456\n") };
        api.On("POST /auth/totp", Secret).On("POST /auth/totp/confirm", Codes);

        Assert.Equal(0, await aicli.RunAsync("account", "totp", "enable", "--json"));
        Assert.Equal("JBSWY3DPEHPK3PXP", aicli.Document().GetProperty("secret").GetString());
        Assert.Contains("totp confirm", aicli.Error.ToString());
        Assert.Equal(0, await aicli.RunAsync("account", "totp", "confirm", "--code-stdin", "--json"));
        Assert.Equal("aaaa-bbbb", aicli.Document().GetProperty("recovery_codes")[0].GetString());
    }

    [Fact]
    public async Task Cannot_enable_codes_twice_or_confirm_none()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Refuses("POST /auth/totp", 409, "totp_enabled", "Codes of an authenticator are in force already; end them first.");

        Assert.Equal(1, await aicli.RunAsync("account", "totp", "enable"));
        Assert.Contains("end them first", aicli.Error.ToString());
        Assert.Equal(2, await aicli.RunAsync("account", "totp", "confirm"));
        Assert.Equal(2, await aicli.RunAsync("account", "totp", "confirm", "--code-stdin"));
    }

    [Fact]
    public async Task Can_disable_codes_with_one_of_them_and_get_new_recovery_codes()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, In = new StringReader("n\ny\n"), ReadSecret = () => "123456" };
        api.Demands("DELETE /auth/totp", "second_factor").On("DELETE /auth/totp", null, 204).On("POST /auth/step-up", null, 204)
            .On("POST /auth/totp/recovery-codes", Codes).Refuses("POST /auth/totp/recovery-codes", 404, "not_found", "There is nothing here.");

        Assert.Equal(1, await aicli.RunAsync("account", "totp", "disable"));
        Assert.Empty(api.Seen);
        Assert.Equal(0, await aicli.RunAsync("account", "totp", "disable"));
        Assert.Equal("123456", api.Only("POST /auth/step-up").Json.GetProperty("code").GetString());
        Assert.Equal(0, await aicli.RunAsync("account", "totp", "recovery-codes"));
        Assert.Contains("cccc-dddd", aicli.Out.ToString());
        Assert.Equal(4, await aicli.RunAsync("account", "totp", "recovery-codes"));
    }

    [Fact]
    public async Task Can_list_and_remove_passkeys()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /auth/passkeys", Some.List(
                new { id = Some.TaskId, name = "Laptop", synced = true, created_at = Some.At, last_used_at = (string?)null }))
            .On($"DELETE /auth/passkeys/{Some.TaskId}", null, 204);

        Assert.Equal(0, await aicli.RunAsync("account", "passkeys", "list"));
        Assert.Contains("Laptop  yes", aicli.Out.ToString());
        Assert.Equal(0, await aicli.RunAsync("account", "passkeys", "remove", "Laptop", "--json"));
        Assert.Equal("removed", aicli.Document().GetProperty("action").GetString());
        Assert.Equal(4, await aicli.RunAsync("account", "passkeys", "remove", "Phone"));
        api.Only($"DELETE /auth/passkeys/{Some.TaskId}");
    }
}
