using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Attacks.BruteForce;

/// <summary>The guard in whole servers: what attackers get to see, and what owners do.</summary>
public sealed class SignInWatchTests(PostgresServer postgres, SharedRedis redis)
{
    private const string Owner = "owner@example.com";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_guesses_at_once_at_two_nodes_reach_the_hash_five_times()
    {
        var hasher = new CountingHasher();
        await using var nodes = await TwoNodes.StartAsync(postgres, redis.Server, change: services =>
        {
            services.AddSingleton<IPasswordHasher<Account>>(hasher);
            // A busy machine must not look like an outage here.
            services.AddSingleton(redis.Server.Options with { Bound = TimeSpan.FromSeconds(20) });
        });
        var email = await nodes.RegisterAsync();
        using var here = new Visitor(nodes.A, "203.0.113.7");
        using var there = new Visitor(nodes.B, "203.0.113.7");
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            (i % 2 == 0 ? here : there).PostAsync("auth/login", new { email, password = $"guess {i} of a thief" })));

        Assert.Equal(5, hasher.Verifications);
        Assert.Equal(5, answers.Count(a => a.Code == "invalid_credentials"));
        Assert.All(answers, a => Assert.True(a.Code is "invalid_credentials" or "locked_out" or "sign_in_blocked", a.Text));
        Assert.Equal(
            (429, "sign_in_blocked"), (await there.PostAsync("auth/login", new { email = "another@example.com", password = "guess" })).Outcome);
        Assert.Equal(1, await CountAsync(nodes.A, "client_blocked"));
    }

    [Fact]
    public async Task Five_failures_in_five_minutes_block_for_thirty_and_an_administrator_lifts_it()
    {
        await using var lab = await StartAsync();
        using var thief = new Visitor(lab.Server, "203.0.113.7");
        foreach (var name in (string[])["a", "b", "a", "b", "a"])
        {
            Assert.Equal((401, "invalid_credentials"), (await GuessAsync(thief, name)).Outcome);
        }

        Assert.Equal((429, "sign_in_blocked"), (await GuessAsync(thief, "c")).Outcome);
        Assert.Equal((429, "sign_in_blocked"), (await thief.PostAsync("auth/register", new { email = "d@example.com", password = LiveServer.Password })).Outcome);
        lab.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal((401, "invalid_credentials"), (await GuessAsync(thief, "c")).Outcome);

        foreach (var name in (string[])["a", "b", "a", "b"])
        {
            await GuessAsync(thief, name);
        }

        using var admin = await Blocks.BlockNodesTests.AdminAsync(lab.Server);
        var listed = (await admin.GetAsync("admin/blocks?active=true")).Json.GetProperty("items")[0];
        Assert.Equal(("203.0.113.7", "sign_in", "brute_force"), (listed.GetProperty("network").GetString(), listed.GetProperty("scope").GetString(), listed.GetProperty("reason").GetString()));
        await admin.SendAsync(HttpMethod.Delete, $"admin/blocks/{listed.GetProperty("id").GetString()}");
        Assert.Equal((401, "invalid_credentials"), (await GuessAsync(thief, "c")).Outcome);
    }

    [Fact]
    public async Task An_attacked_owner_comes_in_from_a_known_device_and_from_a_network_that_never_failed()
    {
        await using var lab = await StartAsync();
        await lab.RegisterAsync(Owner);
        var device = (await lab.LoginAsync(Owner, AccountsLab.Password)).Device;
        foreach (var address in (string[])["203.0.113.1", "203.0.113.2"])
        {
            using var thief = new Visitor(lab.Server, address);
            for (var i = 0; i < 5; i++)
            {
                await GuessAsync(thief, Owner);
            }

            Assert.Equal((423, "locked_out"), (await thief.PostAsync("auth/login", new { email = Owner, password = AccountsLab.Password })).Outcome);
        }

        using var owner = new Visitor(lab.Server, "203.0.113.1");
        Assert.Equal((200, null), (await owner.PostAsync("auth/login", new { email = Owner, password = AccountsLab.Password, device })).Outcome);
        owner.Address = "198.51.100.1";
        Assert.Equal((200, null), (await owner.SignInAsync(Owner)).Outcome);
        // Which is no news of the thieves.
        using var again = new Visitor(lab.Server, "203.0.113.2");
        Assert.Equal((423, "locked_out"), (await again.PostAsync("auth/login", new { email = Owner, password = AccountsLab.Password })).Outcome);
    }

    [Fact]
    public async Task Networks_that_never_failed_have_few_guesses_at_a_locked_account()
    {
        await using var lab = await StartAsync();
        await lab.RegisterAsync(Owner);
        var wrong = 0;
        for (var i = 0; i < 60; i++)
        {
            using var thief = new Visitor(lab.Server, $"203.0.113.{i}");
            var first = await GuessAsync(thief, Owner);
            wrong += first.Code == "invalid_credentials" ? 1 : 0;
            if (i >= 5)
            {
                // Having failed once, it has no lane of its own any more.
                Assert.Equal((423, "locked_out"), (await GuessAsync(thief, Owner)).Outcome);
            }
            else
            {
                await GuessAsync(thief, Owner);
            }
        }

        Assert.InRange(wrong, 5, 20);
        Assert.Equal(["failed_attempts"], await lab.EventsAsync("account_locked"));
    }

    [Fact]
    public async Task An_address_with_and_one_without_an_account_are_refused_in_the_same_way()
    {
        await using var lab = await StartAsync();
        await lab.RegisterAsync(Owner);
        var seen = new List<List<(int, string?)>>();
        foreach (var (address, name) in new[] { ("203.0.113.1", Owner), ("203.0.113.2", "nobody@example.com") })
        {
            using var thief = new Visitor(lab.Server, address);
            seen.Add([]);
            for (var i = 0; i < 8; i++)
            {
                seen[^1].Add((await GuessAsync(thief, name)).Outcome);
            }
        }

        Assert.Equal(seen[0], seen[1]);
        Assert.Contains((423, "locked_out"), seen[0]);
    }

    [Fact]
    public async Task Spellings_of_a_name_are_one_account_to_the_guard()
    {
        await using var lab = await StartAsync();
        await lab.RegisterAsync(Owner);
        using var thief = new Visitor(lab.Server, "203.0.113.1");
        foreach (var spelling in (string[])["owner@example.com", "OWNER@example.com", " owner@example.com", "ow\u200bner@example.com", "ｏｗｎｅｒ@example.com"])
        {
            Assert.Equal((401, "invalid_credentials"), (await GuessAsync(thief, spelling)).Outcome);
        }

        Assert.Equal((423, "locked_out"), (await GuessAsync(thief, "Owner@Example.com")).Outcome);
    }

    [Fact]
    public async Task A_stale_token_of_a_build_server_locks_nobody_out_and_made_up_ones_are_refused_unread()
    {
        await using var lab = await StartAsync();
        await lab.RegisterAsync(Owner);
        using var build = new Visitor(lab.Server, "203.0.113.1") { Token = "stale" };
        for (var i = 0; i < 60; i++)
        {
            Assert.Equal((401, "token_malformed"), (await build.GetAsync("auth/me")).Outcome);
        }

        using var person = new Visitor(lab.Server, "203.0.113.1");
        Assert.Equal((200, null), (await person.SignInAsync(Owner)).Outcome);

        using var thief = new Visitor(lab.Server, "203.0.113.2");
        var read = 0;
        for (var i = 0; i < 100; i++)
        {
            thief.Token = $"guess{i}";
            read += (await thief.GetAsync("auth/me")).Code == "token_malformed" ? 1 : 0;
        }

        Assert.Equal(30, read);
        thief.Token = null;
        Assert.Equal((429, "sign_in_blocked"), (await thief.PostAsync("auth/refresh", new { refresh_token = "guess" })).Outcome);
        Assert.Equal(1, await CountAsync(lab.Server, "suspicious_activity"));
    }

    [Fact]
    public async Task Registrations_of_a_network_run_dry()
    {
        await using var lab = await StartAsync();
        await lab.RegisterAsync(Owner);
        using var seeker = new Visitor(lab.Server, "203.0.113.1");
        var answers = new List<(int, string?)>();
        for (var i = 0; i < 25; i++)
        {
            answers.Add((await seeker.PostAsync("auth/register", new { email = Owner, password = LiveServer.Password })).Outcome);
        }

        Assert.Equal(20, answers.Count(a => a == (409, "email_taken")));
        Assert.Equal(5, answers.Count(a => a == (429, "sign_in_blocked")));
    }

    [Fact]
    public async Task Without_the_shared_store_a_node_counts_alone_and_no_less_strictly()
    {
        await using var lab = await StartAsync(CountedStore.Use);
        await lab.RegisterAsync(Owner);
        lab.Server.Services.GetRequiredService<CountedStore>().IsDown = true;
        using var thief = new Visitor(lab.Server, "203.0.113.1");
        var before = lab.Hasher.Verifications;
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => GuessAsync(thief, Owner)));
        Assert.Equal(5, answers.Count(a => a.Code == "invalid_credentials"));
        Assert.Equal(5, lab.Hasher.Verifications - before);
    }

    [Fact]
    public async Task Nothing_is_counted_where_it_is_switched_off_but_the_lock_of_the_account_stays()
    {
        await using var lab = await AccountsLab.StartAsync(config: """
            monitoring:
              attack_detection:
                brute_force:
                  enabled: false
            """);
        for (var i = 0; i < 20; i++)
        {
            await lab.FailAsync($"person{i}@example.com", 1);
        }

        await lab.FailAsync(Owner, 5);
        Assert.Equal(423, (await lab.LoginAsync(Owner, "anything")).Status);
    }

    private static async Task<AccountsLab> StartAsync(Action<IServiceCollection>? more = null) => await AccountsLab.StartAsync(new Dictionary<string, string>(), change: services =>
    {
        Visitor.Addresses(services);
        more?.Invoke(services);
    });

    private static Task<Visitor.Answer> GuessAsync(Visitor thief, string email) =>
        thief.PostAsync("auth/login", new { email, password = "not the password" });

    private static Task<long> CountAsync(LiveServer server, string name) => server.Database.ReadAsync(
        r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = @name", new { name }), Cancel);
}
