using System.Net;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Attacks.BruteForce;

/// <summary>The rules one by one, on a clock of their own and in memory.</summary>
public sealed class GuessGuardTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly FakeClock clock = new();
    private readonly GuessGuard guard;

    public GuessGuardTests() =>
        guard = new(new LocalAttempts(clock), new GuessRules(5, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30)));

    public void Dispose() => guard.Dispose();

    [Fact]
    public async Task Five_failures_of_a_network_nobody_signed_in_from_block_it_for_half_an_hour()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.Empty(await FailAsync("203.0.113.7", $"account{i % 2}"));
        }

        var block = Assert.Single(await FailAsync("203.0.113.7", "account0"));
        Assert.Equal((AlarmKind.TooManyFailures, TimeSpan.FromMinutes(30)), (block.Kind, block.BlockFor));
        Assert.Equal(GuessLimit.Network, (await AdmitAsync("203.0.113.7", "another")).Limit);
        Assert.Equal(GuessLimit.None, (await AdmitAsync("203.0.113.8", "another")).Limit);
    }

    [Fact]
    public async Task Different_accounts_weigh_more_than_one()
    {
        var failures = 0;
        for (var alarms = (IReadOnlyList<Alarm>)[]; alarms.Count == 0; failures++)
        {
            alarms = await FailAsync("203.0.113.7", $"account{failures}");
        }

        Assert.Equal(4, failures);
    }

    [Fact]
    public async Task Who_has_signed_in_speaks_for_the_network_and_for_nothing_that_was_tried_at_others()
    {
        await PassAsync("203.0.113.7", "a");
        await PassAsync("203.0.113.7", "b");
        for (var i = 0; i < 5; i++)
        {
            Assert.DoesNotContain(await FailAsync("203.0.113.7", "c"), a => a.BlockFor > TimeSpan.Zero);
        }

        // The account's own bucket is full, the network's is not; and a success of "a" forgives nothing of it.
        Assert.Equal(GuessLimit.Account, (await AdmitAsync("203.0.113.7", "c")).Limit);
        await PassAsync("203.0.113.7", "a");
        Assert.Equal(GuessLimit.Account, (await AdmitAsync("203.0.113.7", "c")).Limit);
        Assert.Equal(GuessLimit.None, (await AdmitAsync("203.0.113.7", "d")).Limit);
    }

    [Fact]
    public async Task Guesses_at_once_are_charged_before_they_are_looked_at()
    {
        var looked = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            await using var charged = await guard.AdmitAsync(new(Net("203.0.113.7"), "a"), Cancel);
            if (!charged.IsRefused)
            {
                Interlocked.Increment(ref looked);
                await Task.Yield();
                await guard.FailAsync(charged, Cancel);
            }
        })));
        Assert.Equal(5, looked);
    }

    [Fact]
    public async Task Right_ones_at_once_wait_for_each_other_and_none_is_refused()
    {
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            // Twenty of one person, and a class of forty.
            await using var charged = await guard.AdmitAsync(new(Net("203.0.113.7"), i < 20 ? "a" : $"person{i}"), Cancel);
            Interlocked.Add(ref refused, charged.IsRefused ? 1 : 0);
            await Task.Yield();
            await guard.PassAsync(charged, Cancel);
        })));
        Assert.Equal(0, refused);
    }

    [Fact]
    public async Task Who_waits_for_somebody_that_is_never_done_is_refused_in_the_end()
    {
        using var impatient = new GuessGuard(new LocalAttempts(clock), new GuessRules(1, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30)))
        {
            Patience = TimeSpan.FromMilliseconds(50),
        };
        await using var first = await impatient.AdmitAsync(new(Net("203.0.113.7"), "a"), Cancel);
        Assert.True((await impatient.AdmitAsync(new(Net("203.0.113.7"), "a"), Cancel)).IsRefused);
    }

    [Fact]
    public async Task Ones_own_sign_ins_wash_nothing_that_was_tried_at_others()
    {
        await PassAsync("203.0.113.7", "thief");
        var failures = 0;
        for (var i = 0; i < 200; i++)
        {
            await using var charged = await guard.AdmitAsync(new(Net("203.0.113.7"), $"victim{i}"), Cancel);
            if (!charged.IsRefused)
            {
                failures++;
                await guard.FailAsync(charged, Cancel);
            }

            await using var own = await guard.AdmitAsync(new(Net("203.0.113.7"), "thief"), Cancel);
            if (!own.IsRefused)
            {
                await guard.PassAsync(own, Cancel);
            }
        }

        Assert.InRange(failures, 5, 10);
    }

    [Fact]
    public async Task What_was_right_is_given_back_and_what_was_half_right_too()
    {
        for (var i = 0; i < 50; i++)
        {
            await PassAsync("203.0.113.7", "a");
            await guard.GiveBackAsync(await AdmitAsync("203.0.113.7", "b"), Cancel);
        }
    }

    [Fact]
    public async Task Ones_own_mistakes_are_forgiven_with_the_right_password()
    {
        for (var person = 0; person < 100; person++)
        {
            Assert.Empty(await FailAsync("203.0.113.7", $"person{person}"));
            await PassAsync("203.0.113.7", $"person{person}");
        }
    }

    [Fact]
    public async Task A_known_device_is_in_no_strangers_bucket()
    {
        for (var i = 0; i < 30; i++)
        {
            await FailAsync($"203.0.113.{i}", "a");
        }

        Assert.Equal(GuessLimit.Account, (await AdmitAsync("198.51.100.1", "a")).Limit);
        Assert.Equal(GuessLimit.None, (await guard.AdmitAsync(new(Net("203.0.113.1"), "a", Device: "laptop"), Cancel)).Limit);
    }

    [Fact]
    public async Task Who_never_failed_at_the_account_has_a_lane_apart()
    {
        for (var i = 0; i < 14; i++)
        {
            // Each network fails once as a new one, and then, its minutes over, as one that is known for it.
            await FailAsync($"203.0.113.{i % 2}", "a");
            clock.Advance(TimeSpan.FromSeconds(20));
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(GuessLimit.None, (await AdmitAsync("198.51.100.1", "a")).Limit);
    }

    [Fact]
    public async Task Who_guesses_slowly_is_blocked_in_the_end()
    {
        var failures = 0;
        for (var blocked = false; !blocked; failures++)
        {
            blocked = (await FailAsync("203.0.113.7", "a")).Any(a => a.BlockFor > TimeSpan.Zero);
            clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.InRange(failures, 30, 36);
    }

    [Fact]
    public async Task One_password_at_many_accounts_is_told_and_slowed_wherever_it_comes_from()
    {
        List<Alarm> alarms = [];
        var refused = 0;
        for (var i = 0; i < 30; i++)
        {
            var attempt = new Attempt(Net($"203.0.113.{i}"), $"account{i}", Password: "spring");
            var charged = await guard.AdmitAsync(attempt, Cancel);
            refused += charged.IsRefused ? 1 : 0;
            alarms.AddRange(charged.IsRefused ? [] : await guard.FailAsync(charged, Cancel));
        }

        Assert.Equal(10, refused);
        Assert.Equal(10, Assert.Single(alarms, a => a.Kind == AlarmKind.PasswordSpraying).Facts["accounts"]);
    }

    [Fact]
    public async Task Stolen_lists_from_everywhere_are_told_once_and_mistakes_that_were_righted_are_not()
    {
        List<Alarm> alarms = [];
        for (var i = 0; i < 60; i++)
        {
            alarms.AddRange(await FailAsync($"203.0.113.{i}", $"person{i}"));
            alarms.AddRange(await PassAsync($"203.0.113.{i}", $"person{i}"));
        }

        Assert.Empty(alarms);
        for (var i = 0; i < 60; i++)
        {
            alarms.AddRange(await FailAsync($"198.51.100.{i}", $"victim{i}"));
        }

        Assert.Equal(AlarmKind.CredentialStuffing, Assert.Single(alarms).Kind);
    }

    [Fact]
    public async Task Getting_in_after_five_failures_is_told()
    {
        for (var i = 0; i < 6; i++)
        {
            await FailAsync("203.0.113.7", "a");
            clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(AlarmKind.SuccessAfterFailures, Assert.Single(await PassAsync("203.0.113.7", "a")).Kind);
        Assert.Empty(await PassAsync("203.0.113.7", "a"));
    }

    [Fact]
    public async Task A_stale_token_counts_once_and_made_up_ones_each()
    {
        var build = new Attempt(Net("203.0.113.7"), null);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(TimeSpan.Zero, (await guard.ChargeTokenAsync(build, "stale", Cancel)).Wait);
            clock.Advance(TimeSpan.FromSeconds(30));
        }

        var attacker = new Attempt(Net("198.51.100.1"), null);
        var looked = 0;
        while ((await guard.ChargeTokenAsync(attacker, $"guess{looked}", Cancel)).Wait == TimeSpan.Zero)
        {
            looked++;
        }

        Assert.Equal(29, looked);
        // Where somebody has signed in, right tokens are served among whatever comes.
        await PassAsync("198.51.100.2", "a");
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(TimeSpan.Zero, (await guard.ChargeTokenAsync(new(Net("198.51.100.2"), null), $"guess{i}", Cancel)).Wait);
        }
    }

    [Fact]
    public async Task Codes_are_counted_for_the_account_and_a_known_devices_apart()
    {
        for (var i = 0; i < 10; i++)
        {
            var code = await guard.AdmitCodeAsync(new(Net($"203.0.113.{i}"), "a"), Cancel);
            Assert.False(code.IsRefused);
        }

        Assert.True((await guard.AdmitCodeAsync(new(Net("198.51.100.1"), "a"), Cancel)).IsRefused);
        Assert.False((await guard.AdmitCodeAsync(new(Net("198.51.100.1"), "a", "laptop"), Cancel)).IsRefused);
    }

    [Fact]
    public async Task A_network_that_the_operator_vouches_for_is_never_blocked()
    {
        for (var i = 0; i < 20; i++)
        {
            var charged = await guard.AdmitAsync(new(Net("203.0.113.7"), $"a{i % 6}", Trusted: true), Cancel);
            Assert.DoesNotContain(await guard.FailAsync(charged, Cancel), a => a.BlockFor > TimeSpan.Zero);
        }
    }

    [Theory]
    [InlineData("Page")]
    [InlineData("PAGE")]
    [InlineData(" page ")]
    [InlineData("pa​ge")]
    [InlineData("ＰＡＧＥ")]
    [InlineData("p a g e")]
    public void All_spellings_of_a_name_are_one(string spelling) => Assert.Equal("page", AttemptName.Of(spelling));

    private static ClientNetwork Net(string address) => ClientNetwork.Of(IPAddress.Parse(address));

    // Looked at and nothing told: what is charged stays charged, as when a client hangs up.
    private async Task<ChargedAttempt> AdmitAsync(string address, string account)
    {
        var charged = await guard.AdmitAsync(new(Net(address), account), Cancel);
        await charged.DisposeAsync();
        return charged;
    }

    private async Task<IReadOnlyList<Alarm>> FailAsync(string address, string account)
    {
        var charged = await AdmitAsync(address, account);
        return charged.IsRefused ? [] : await guard.FailAsync(charged, Cancel);
    }

    private async Task<IReadOnlyList<Alarm>> PassAsync(string address, string account)
    {
        var charged = await AdmitAsync(address, account);
        Assert.Equal(GuessLimit.None, charged.Limit);
        return await guard.PassAsync(charged, Cancel);
    }
}
