using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts;

/// <summary>Five failures lock a counter for thirty minutes, and a stranger's counter is not a known device's.</summary>
public sealed class LockoutTests(PostgresServer postgres)
{
    private const string Email = "a@example.com";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Five_failures_lock_for_thirty_minutes(string kind)
    {
        await using var lab = await AccountsLab.StartAsync(kind, postgres);
        await lab.RegisterAsync(Email);
        await lab.FailAsync(Email, 5);
        var locked = await lab.LoginAsync(Email, AccountsLab.Password);
        Assert.Equal((423, "locked_out"), (locked.Status, locked.Code));
        Assert.Equal(TimeSpan.FromMinutes(30), locked.RetryAfter);

        lab.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(TimeSpan.FromMinutes(1), (await lab.LoginAsync(Email, AccountsLab.Password)).RetryAfter);
        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
        Assert.Equal(["failed_attempts"], await lab.EventsAsync("account_locked"));
        Assert.Equal([.. Enumerable.Repeat("wrong_password", 5), "locked", "locked"], await lab.EventsAsync("login_failed"));
    }

    [Fact]
    public async Task An_unknown_address_locks_in_the_same_way()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.FailAsync("nobody@example.com", 5);
        var locked = await lab.LoginAsync("NOBODY@example.com", "anything else");
        Assert.Equal((423, "locked_out"), (locked.Status, locked.Code));
        Assert.Equal(TimeSpan.FromMinutes(30), locked.RetryAfter);
    }

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Guesses_sent_at_once_are_counted_one_by_one(string kind)
    {
        await using var lab = await AccountsLab.StartAsync(kind, postgres);
        await lab.RegisterAsync(Email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => lab.LoginAsync(Email, "not the password")));
        Assert.Equal(5, answers.Count(a => a.Code == "invalid_credentials"));
        Assert.Equal(11, answers.Count(a => a.Code == "locked_out"));
        Assert.Single(await lab.EventsAsync("account_locked"));
    }

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_right_proof_that_comes_after_the_lock_opens_nothing(string kind)
    {
        await using var lab = await AccountsLab.StartAsync(kind, postgres);
        var failures = lab.Server.Services.GetRequiredService<LoginFailures>();
        var counter = FailureCounter.OfStrangers(lab.Server.Services.GetRequiredService<LockoutKeys>(), Email);
        // Looked free when the hashing began …
        Assert.Null(await failures.LockedForAsync(counter, Cancel));
        await lab.FailAsync(Email, 5);
        // … and is locked when the proof is judged.
        Assert.NotNull(await lab.Server.Database.WriteAsync(t => failures.TakeTurnAsync(t, counter), Cancel));
    }

    [Fact]
    public async Task Success_forgets_the_failures_before_it()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        await lab.FailAsync(Email, 4);
        Assert.Equal(200, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
        await lab.FailAsync(Email, 4);
        Assert.Equal(200, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
    }

    [Fact]
    public async Task Old_failures_do_not_add_up()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.FailAsync(Email, 4);
        lab.Clock.Advance(TimeSpan.FromMinutes(30));
        await lab.FailAsync(Email, 4);
    }

    [Fact]
    public async Task A_stranger_cannot_lock_a_known_device_out()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var device = (await lab.LoginAsync(Email, AccountsLab.Password)).Device;
        await lab.FailAsync(Email, 5);
        Assert.Equal(423, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
        Assert.Equal(200, (await lab.LoginAsync(Email, AccountsLab.Password, device)).Status);
        // Its success is no news of the stranger.
        Assert.Equal(423, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
    }

    [Fact]
    public async Task A_known_device_has_five_attempts_of_its_own()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var first = (await lab.LoginAsync(Email, AccountsLab.Password)).Device;
        var second = (await lab.LoginAsync(Email, AccountsLab.Password)).Device;
        await lab.FailAsync(Email, 5, first);
        Assert.Equal(423, (await lab.LoginAsync(Email, AccountsLab.Password, first)).Status);
        Assert.Equal(200, (await lab.LoginAsync(Email, AccountsLab.Password, second)).Status);
        Assert.Equal(200, (await lab.LoginAsync(Email, AccountsLab.Password)).Status);
    }

    [Fact]
    public async Task A_device_keeps_its_counter_when_its_token_is_renewed()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var old = (await lab.LoginAsync(Email, AccountsLab.Password)).Device;
        lab.Clock.Advance(TimeSpan.FromDays(1));
        var renewed = (await lab.LoginAsync(Email, AccountsLab.Password, old)).Device;
        Assert.NotEqual(old, renewed);
        await lab.FailAsync(Email, 3, old);
        await lab.FailAsync(Email, 2, renewed);
        Assert.Equal(423, (await lab.LoginAsync(Email, AccountsLab.Password, old)).Status);
    }

    [Fact]
    public async Task Another_accounts_a_forged_or_an_old_device_is_a_stranger()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        await lab.RegisterAsync("attacker@example.com");
        var mine = (await lab.LoginAsync(Email, AccountsLab.Password)).Device!;
        var theirs = (await lab.LoginAsync("attacker@example.com", AccountsLab.Password)).Device!;
        var forged = mine.Split('.')[0][..^1] + "x." + string.Join('.', mine.Split('.')[1..]);
        await lab.FailAsync(Email, 5);
        foreach (var device in new[] { theirs, forged, mine[..^1], "", "a.b.c", mine + ".x" })
        {
            Assert.Equal(423, (await lab.LoginAsync(Email, AccountsLab.Password, device)).Status);
        }

        lab.Clock.Advance(TimeSpan.FromDays(365));
        await lab.FailAsync(Email, 5);
        Assert.Equal(423, (await lab.LoginAsync(Email, AccountsLab.Password, mine)).Status);
    }

    [Fact]
    public async Task The_cookie_makes_a_device_known_too()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        var device = (await lab.LoginAsync(Email, AccountsLab.Password)).Device;
        await lab.FailAsync(Email, 5);
        using var browser = new Visitor(lab.Server);
        browser.Cookies["__Host-aicli_device"] = device!;
        var answer = await browser.PostAsync("auth/login", new { email = Email, password = AccountsLab.Password, client = "browser" });
        Assert.Equal((200, null), answer.Outcome);
    }

    [Fact]
    public async Task The_device_cookie_is_kept_from_scripts_and_other_sites()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.RegisterAsync(Email);
        using var body = System.Net.Http.Json.JsonContent.Create(new { email = Email, password = AccountsLab.Password, client = "browser" });
        using var answer = await lab.Server.Anonymous().Http.PostAsync("/api/v1/auth/login", body, Cancel);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("__Host-aicli_device=", StringComparison.Ordinal));
        foreach (var part in new[] { "httponly", "secure", "samesite=strict", "path=/", "expires=" })
        {
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.False(answer.Headers.Contains("X-Device-Token"));
    }

    [Fact]
    public async Task A_lock_outlasts_a_restart_and_holds_on_every_node()
    {
        var environment = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal(),
            ["DB_ENCRYPTION_KEY"] = "one key for both of these servers, 1234567",
            ["SESSION_SECRET_KEY"] = "Zk3vW9qLr8TnXc5BmY2uJf7HdP4sGa6e",
        };
        var clock = new FakeClock();
        await using (var first = await AccountsLab.StartAsync(environment, clock: clock))
        {
            await first.FailAsync(Email, 5);
        }

        await using var second = await AccountsLab.StartAsync(environment, clock: clock);
        Assert.Equal(423, (await second.LoginAsync(Email, "anything else")).Status);
    }

    [Fact]
    public async Task The_configuration_sets_attempts_and_duration()
    {
        await using var lab = await AccountsLab.StartAsync(config: """
            session:
              security:
                policies:
                  max_failed_attempts: 2
                  lockout_duration: 10m
            """);
        await lab.FailAsync(Email, 2);
        Assert.Equal(TimeSpan.FromMinutes(10), (await lab.LoginAsync(Email, "anything else")).RetryAfter);
    }

    [Fact]
    public async Task The_table_of_failures_names_nobody_and_is_swept()
    {
        await using var lab = await AccountsLab.StartAsync();
        await lab.FailAsync(Email, 1);
        var rows = await lab.Server.Database.ReadAsync(r => r.QueryAsync<string>("SELECT key || owner FROM login_failures"), Cancel);
        // The address's own, and that this network failed at it.
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.DoesNotContain("example", row, StringComparison.Ordinal));
        lab.Clock.Advance(TimeSpan.FromMinutes(30));
        await lab.Server.Services.GetRequiredService<ExpiredRows>().SweepAsync(Cancel);
        Assert.Equal(0, await lab.Server.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM login_failures"), Cancel));
    }
}
