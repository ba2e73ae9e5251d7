namespace AICodeManager.Tests.FrontDoor.Accounts;

/// <summary>Whether an account exists shows neither in the answer nor in the work.</summary>
public sealed class SameWorkTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("there@example.com")]
    [InlineData("nobody@example.com")]
    [InlineData("disabled@example.com")]
    [InlineData("without@example.com")]
    [InlineData("factor@example.com")]
    [InlineData("no address at all")]
    public async Task A_failed_sign_in_costs_one_verification_whoever_is_meant(string email)
    {
        await using var lab = await AccountsLab.StartAsync();
        foreach (var account in new[] { "there@example.com", "disabled@example.com", "without@example.com", "factor@example.com" })
        {
            await lab.RegisterAsync(account);
        }

        await lab.Server.Database.WriteAsync(t => t.ExecuteAsync(
            """
            UPDATE users SET disabled_at = 1 WHERE email = 'disabled@example.com';
            UPDATE users SET password_hash = '' WHERE email = 'without@example.com';
            UPDATE users SET second_factor = 1 WHERE email = 'factor@example.com';
            """), Cancel);
        // The decoy is made with the first sign-in of the process, whoever that names.
        await lab.LoginAsync("first@example.com", "x");
        var (hashes, verifications) = (lab.Hasher.Hashes, lab.Hasher.Verifications);
        var answer = await lab.LoginAsync(email, "not the password");
        Assert.Equal((401, "invalid_credentials"), (answer.Status, answer.Code));
        Assert.Null(answer.Device);
        Assert.Equal((hashes, verifications + 1), (lab.Hasher.Hashes, lab.Hasher.Verifications));
    }

    [Fact]
    public async Task The_first_sign_in_of_a_process_pays_for_the_decoy_whoever_it_names()
    {
        foreach (var email in new[] { "there@example.com", "nobody@example.com" })
        {
            await using var lab = await AccountsLab.StartAsync();
            await lab.RegisterAsync("there@example.com");
            await lab.LoginAsync(email, "not the password");
            Assert.Equal((2, 1), (lab.Hasher.Hashes, lab.Hasher.Verifications));
        }
    }

    [Fact]
    public async Task The_right_password_of_a_disabled_account_looks_wrong()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync("a@example.com");
        await lab.Server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET disabled_at = 1"), Cancel);
        Assert.Equal("invalid_credentials", (await lab.LoginAsync("a@example.com", AccountsLab.Password)).Code);
        Assert.Equal(["disabled"], await lab.EventsAsync("login_failed"));
    }

    [Theory]
    [InlineData("a@example.com")]
    [InlineData("nobody@example.com")]
    public async Task A_locked_address_costs_no_hashing_whether_or_not_it_exists(string email)
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync("a@example.com");
        await lab.FailAsync(email, 5);
        var before = lab.Hasher.Verifications;
        var answer = await lab.LoginAsync(email, AccountsLab.Password);
        Assert.Equal((423, "locked_out"), (answer.Status, answer.Code));
        Assert.Equal(before, lab.Hasher.Verifications);
    }

    [Fact]
    public async Task Registering_a_taken_address_hashes_as_much_as_a_free_one()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync("a@example.com");
        Assert.Equal(1, lab.Hasher.Hashes);
        Assert.Equal((409, "email_taken"), await lab.Server.Anonymous().TryAsync(
            HttpMethod.Post, "auth/register", new { email = "a@example.com", password = AccountsLab.Password }));
        Assert.Equal(2, lab.Hasher.Hashes);
    }

    [Fact]
    public async Task A_second_factor_shows_only_after_the_right_password_and_is_no_failure()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync("a@example.com");
        await lab.Server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET second_factor = 1"), Cancel);
        for (var i = 0; i < 6; i++)
        {
            var answer = await lab.LoginAsync("a@example.com", AccountsLab.Password);
            Assert.Equal((401, "two_factor_required"), (answer.Status, answer.Code));
            Assert.Null(answer.Device);
        }

        Assert.Equal("invalid_credentials", (await lab.LoginAsync("a@example.com", "not the password")).Code);
    }
}
