using System.Net.Http.Headers;
using System.Text.Json;
using AICodeManager.Server.Ground.Configuration.Sections;
using Microsoft.AspNetCore.WebUtilities;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Dialects;

/// <summary>Where GitHub is.</summary>
/// <param name="Web">Pages and token endpoint.</param>
/// <param name="Api">Its REST interface.</param>
public sealed record GitHubAddresses(Uri Web, Uri Api)
{
    public static readonly GitHubAddresses Public = new(new("https://github.com/"), new("https://api.github.com/"));
}

/// <summary>GitHub: OAuth 2.0 without OpenID. Who somebody is, its own interface tells.</summary>
public sealed class GitHubProvider(OAuth2ProviderSettings settings, GitHubAddresses addresses, BackChannel channel) : IIdentityProvider
{
    private readonly TokenEndpoint tokenEndpoint = new(channel);

    /// <summary>The issuer is the one of GitHub's own metadata (RFC 8414), which its answers would carry.</summary>
    public ProviderRegistration Registration { get; } = new(
        "github", "GitHub", new Uri(addresses.Web, "login/oauth").AbsoluteUri,
        settings.ClientId, settings.ClientSecret, settings.Scopes, settings.RedirectUrl);

    public Task<bool> AnnouncesIssuerAsync(CancellationToken cancel) => Task.FromResult(false);

    public Task<Uri> AuthorizeAddressAsync(AuthorizationRequest request, CancellationToken cancel) => Task.FromResult(new Uri(
        QueryHelpers.AddQueryString(new Uri(addresses.Web, "login/oauth/authorize").AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = Registration.ClientId,
            ["redirect_uri"] = request.RedirectUri,
            ["scope"] = string.Join(' ', Registration.Scopes),
            ["state"] = request.State,
            ["code_challenge"] = request.Challenge,
            ["code_challenge_method"] = "S256",
        })));

    public async Task<ExternalIdentity> IdentifyAsync(CodeExchange exchange, CancellationToken cancel)
    {
        var answer = await tokenEndpoint.ExchangeAsync(
            new Uri(addresses.Web, "login/oauth/access_token"), ClientAuthentication.Post, Registration, exchange, cancel);
        var user = await AskAsync("user", answer.AccessToken, cancel);

        // The number stays with the person; the login name may be given to somebody else one day.
        if (user.Root.ValueKind != JsonValueKind.Object
            || !user.Root.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var number) || number <= 0)
        {
            throw new ProviderException(ProviderFault.Unacceptable, "user: no id that is accepted");
        }

        var emails = await AskAsync("user/emails?per_page=100", answer.AccessToken, cancel);
        return new ExternalIdentity($"{number}", PrimaryVerified(emails), user.Text("name") ?? user.Text("login"), answer.Tokens);
    }

    /// <summary>Takes this application's whole grant back (GitHub REST, "Delete an app authorization").</summary>
    public async Task RevokeAsync(ProviderTokens tokens, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Delete, new Uri(addresses.Api, $"applications/{Uri.EscapeDataString(Registration.ClientId)}/grant"))
        {
            Headers = { Authorization = TokenEndpoint.Basic(Registration) },
            Content = JsonContent.Create(new Dictionary<string, string> { ["access_token"] = tokens.AccessToken }),
        };
        await channel.TellAsync(request, cancel);
    }

    private async Task<ProviderAnswer> AskAsync(string path, string accessToken, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(addresses.Api, path))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken), Accept = { new("application/vnd.github+json") } },
        };
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        var answer = await channel.SendAsync(request, cancel);
        return answer.Status == 200 ? answer : throw new ProviderException(ProviderFault.Unacceptable, $"{path}: status {answer.Status}");
    }

    private static string? PrimaryVerified(ProviderAnswer emails) => emails.Root.ValueKind != JsonValueKind.Array
        ? null
        : emails.Root.EnumerateArray()
            .Select(entry => new ProviderAnswer(emails.Status, entry))
            .Where(entry => entry.IsTrue("primary") && entry.IsTrue("verified"))
            .Select(entry => entry.Text("email"))
            .FirstOrDefault();
}
