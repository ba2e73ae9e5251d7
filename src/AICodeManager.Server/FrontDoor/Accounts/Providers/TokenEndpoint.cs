using System.Net.Http.Headers;
using System.Text;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>How a provider wants to be told who the client is (RFC 6749 section 2.3.1).</summary>
public enum ClientAuthentication
{
    /// <summary><c>client_secret_basic</c></summary>
    Basic,

    /// <summary><c>client_secret_post</c></summary>
    Post,
}

/// <summary>What a token endpoint gave for a code.</summary>
/// <param name="IdToken">Only from OpenID providers.</param>
public sealed record TokenAnswer(string AccessToken, string? RefreshToken, string? IdToken)
{
    public ProviderTokens Tokens => new(AccessToken, RefreshToken);
}

/// <summary>Exchanges a code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).</summary>
public sealed class TokenEndpoint(BackChannel channel)
{
    private const int MaxTokenLength = 16 * 1024;

    /// <exception cref="ProviderException"/>
    public async Task<TokenAnswer> ExchangeAsync(
        Uri endpoint, ClientAuthentication how, ProviderRegistration client, CodeExchange exchange, CancellationToken cancel)
    {
        using var request = Request(endpoint, how, client, new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = exchange.Code,
            ["redirect_uri"] = exchange.RedirectUri,
            ["code_verifier"] = exchange.Verifier,
        });
        var answer = await channel.SendAsync(request, cancel);

        // GitHub says its errors with status 200.
        if (answer.Status != 200 || answer.Text("error") is not null)
        {
            throw new ProviderException(
                ProviderFault.Unacceptable, $"token endpoint: status {answer.Status}, error {ProviderWords.Shown(answer.Text("error"))}");
        }

        // RFC 6749 section 7.1: a token of a type that is not understood must not be used.
        return answer.Text("access_token") is { Length: > 0 and <= MaxTokenLength } access
            && string.Equals(answer.Text("token_type"), "Bearer", StringComparison.OrdinalIgnoreCase)
            && access.All(c => c is > ' ' and <= '~')
                ? new TokenAnswer(access, answer.Text("refresh_token") is { Length: <= MaxTokenLength } refresh ? refresh : null, answer.Text("id_token"))
                : throw new ProviderException(ProviderFault.Unacceptable, "token endpoint: no bearer token");
    }

    /// <summary>A form that says who the client is.</summary>
    public static HttpRequestMessage Request(
        Uri endpoint, ClientAuthentication how, ProviderRegistration client, Dictionary<string, string> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Headers = { Accept = { new("application/json") } } };
        if (how == ClientAuthentication.Basic)
        {
            request.Headers.Authorization = Basic(client);
        }
        else
        {
            form["client_id"] = client.ClientId;
            form["client_secret"] = client.ClientSecret.Reveal();
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    /// <summary>RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.</summary>
    public static AuthenticationHeaderValue Basic(ProviderRegistration client) => new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(
        $"{System.Net.WebUtility.UrlEncode(client.ClientId)}:{System.Net.WebUtility.UrlEncode(client.ClientSecret.Reveal())}")));
}
