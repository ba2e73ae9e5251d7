using AICodeManager.Server.FrontDoor.Accounts.Providers.Dialects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>GitHub as far as a sign-in sees it: its web routes and its REST interface, with its habits.</summary>
internal sealed class GitHubDouble : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly WebApplication app;
    private readonly Dictionary<string, string> challenges = [];

    private GitHubDouble()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapPost("/login/oauth/access_token", TokenAsync);
        app.MapGet("/user", context => AnswerAsync(context, User));
        app.MapGet("/user/emails", context => AnswerAsync(context, Emails));
        app.MapDelete("/applications/{client}/grant", async context =>
        {
            Revoked = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            context.Response.StatusCode = 204;
        });
    }

    /// <summary>JSON of <c>GET /user</c> and <c>GET /user/emails</c>.</summary>
    public string User { get; set; } = "{}";

    public string Emails { get; set; } = "[]";

    public string? Revoked { get; private set; }

    public GitHubAddresses Addresses { get; private set; } = GitHubAddresses.Public;

    public static async Task<GitHubDouble> StartAsync()
    {
        var hub = new GitHubDouble();
        await hub.app.StartAsync(Cancel);
        var address = new Uri(hub.app.Urls.First() + "/");
        hub.Addresses = new(address, address);
        return hub;
    }

    /// <summary>As a browser coming from its pages.</summary>
    public string Approve(Uri authorize, string? more = null)
    {
        Assert.Equal("/login/oauth/authorize", authorize.AbsolutePath);
        var query = QueryHelpers.ParseQuery(authorize.Query);
        challenges[query["state"]!] = query["code_challenge"].ToString();
        return $"/auth/callback/github?code={query["state"]}&state={query["state"]}{more}";
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var challenge = WebEncoders.Base64UrlEncode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        var right = challenges.Remove(form["code"].ToString(), out var expected) && expected == challenge
            && form["client_id"] == "aicli-hub" && form["client_secret"] == AuthorizationServer.Secret;

        // Its errors have status 200.
        await context.Response.WriteAsJsonAsync<object>(right
            ? new { access_token = "gho_access", token_type = "bearer", scope = "read:user,user:email" }
            : new { error = "bad_verification_code", error_description = "The code passed is incorrect or expired." });
    }

    private static Task AnswerAsync(HttpContext context, string json)
    {
        // Without a user agent it answers 403.
        context.Response.StatusCode = context.Request.Headers.UserAgent.Count == 0 ? 403 : context.Request.Headers.Authorization == "Bearer gho_access" ? 200 : 401;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }
}
