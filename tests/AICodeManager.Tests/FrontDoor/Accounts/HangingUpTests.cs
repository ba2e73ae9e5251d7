using System.Net.Http.Json;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts;

/// <summary>Clients that break the connection while their password is being hashed: what they did counts all the same.</summary>
public sealed class HangingUpTests
{
    private const string Email = "a@example.com", New = "another fine passphrase";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_guess_whose_answer_nobody_waits_for_is_counted()
    {
        await using var server = await StartAsync();
        var hasher = server.Services.GetRequiredService<HangingUpHasher>();
        await server.Anonymous().PostAsync("auth/register", new { email = Email, password = LiveServer.Password });
        for (var i = 0; i < 5; i++)
        {
            await hasher.HangUpAsync(onHash: false, server.Anonymous().Http, "auth/login", new { email = Email, password = "a guess" });
        }

        Assert.Equal((423, "locked_out"), await server.Anonymous().TryAsync(
            HttpMethod.Post, "auth/login", new { email = Email, password = LiveServer.Password }));
        Assert.Equal(5, await server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'login_failed' AND reason = 'wrong_password'"), Cancel));
    }

    [Fact]
    public async Task A_guess_at_the_current_password_is_counted_too()
    {
        await using var server = await StartAsync();
        var hasher = server.Services.GetRequiredService<HangingUpHasher>();
        var client = await server.SignUpAsync();
        for (var i = 0; i < 5; i++)
        {
            await hasher.HangUpAsync(onHash: false, client.Http, "auth/password", new { current_password = "a guess", password = New });
        }

        Assert.Equal((423, "locked_out"), await client.TryAsync(
            HttpMethod.Post, "auth/password", new { current_password = LiveServer.Password, password = New }));
    }

    [Fact]
    public async Task A_changed_password_ends_the_other_sessions_all_the_same()
    {
        await using var server = await StartAsync();
        var hasher = server.Services.GetRequiredService<HangingUpHasher>();
        await server.Anonymous().PostAsync("auth/register", new { email = Email, password = LiveServer.Password });
        var (here, elsewhere) = (server.Anonymous(), server.Anonymous());
        await here.SignInAsync(Email, LiveServer.Password);
        await elsewhere.SignInAsync(Email, LiveServer.Password);
        await hasher.HangUpAsync(onHash: true, here.Http, "auth/password", new { current_password = LiveServer.Password, password = New });
        await here.GetAsync("auth/me");
        Assert.Equal(401, (await elsewhere.TryAsync(HttpMethod.Get, "auth/me")).Status);
        Assert.Equal(1, await server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'session_terminated' AND reason = 'password_changed'"), Cancel));
    }

    private static Task<LiveServer> StartAsync() => LiveServer.StartAsync(change: services =>
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<HangingUpHasher>();
        services.AddSingleton<IPasswordHasher<Account>>(p => p.GetRequiredService<HangingUpHasher>());
    });

    /// <summary>A hasher during whose work the client can be made to go away.</summary>
    private sealed class HangingUpHasher(IHttpContextAccessor accessor) : IPasswordHasher<Account>
    {
        private readonly Passwords real = QuickPasswords.New();
        private (bool OnHash, CancellationTokenSource Client, TaskCompletionSource Done)? armed;

        /// <summary>Sends, breaks off while the server hashes (or verifies), and waits until the server is done with it.</summary>
        public async Task HangUpAsync(bool onHash, HttpClient http, string route, object body)
        {
            using var client = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            armed = (onHash, client, done);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.PostAsJsonAsync($"/api/v1/{route}", body, client.Token));
            await done.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        }

        public string HashPassword(Account user, string password)
        {
            GoAway(onHash: true);
            return real.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            GoAway(onHash: false);
            return real.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }

        private void GoAway(bool onHash)
        {
            if (armed is not { } now || now.OnHash != onHash)
            {
                return;
            }

            armed = null;
            var context = accessor.HttpContext!;
            context.Response.OnCompleted(() =>
            {
                now.Done.SetResult();
                return Task.CompletedTask;
            });
            now.Client.Cancel();
            Assert.True(context.RequestAborted.WaitHandle.WaitOne(TimeSpan.FromSeconds(20)));
        }
    }
}
