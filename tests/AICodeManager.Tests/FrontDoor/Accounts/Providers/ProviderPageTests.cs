using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>The pages on the way back from a provider, as a browser takes them.</summary>
public sealed class ProviderPageTests(SharedProviderServer shared) : IClassFixture<SharedProviderServer>
{
    [Fact]
    public async Task Only_the_pages_own_style_is_let_through_and_no_script()
    {
        using var browser = shared.Server.NewBrowser();
        var callback = shared.Server.Crooked.Approve(await browser.BeginAsync(CrookedProvider.Name, "/tasks"));
        foreach (var page in new[] { await browser.OpenAsync(callback, "text/html"), await browser.OpenAsync(callback, "text/html") })
        {
            // As a browser counts it (CSP level 3, section 6.7.3): the bytes between the tags, and nothing else has a style.
            var sheet = Regex.Match(page.Text, "<style>(.*?)</style>", RegexOptions.Singleline).Groups[1].Value;
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(sheet)));
            Assert.Equal(
                $"default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                page.Headers.GetValues("Content-Security-Policy").Single());
            Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(" style=", page.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    // Fetch standard, "append a request Origin header": under no-referrer a form's POST would say Origin: null.
    [Fact]
    public async Task A_form_of_ours_can_say_where_it_comes_from()
    {
        using var browser = shared.Server.NewBrowser();
        var page = await browser.OpenAsync("/auth/callback/crooked", "text/html");
        Assert.Equal("strict-origin", page.Headers.GetValues("Referrer-Policy").Single());
    }

    [Theory]
    [InlineData("/auth/callback/crooked?error=access_denied", "/auth/oauth/crooked")]
    [InlineData("/auth/callback/nobody", null)]
    [InlineData("/auth/oauth/crooked?return_to=//evil.example", null)]
    public async Task What_may_pass_can_be_tried_again(string path, string? link)
    {
        using var browser = shared.Server.NewBrowser();
        var page = await browser.OpenAsync(path, "text/html");
        Assert.Equal(link, Regex.Match(page.Text, "<a [^>]*href=\"([^\"]*)\"") is { Success: true } found ? found.Groups[1].Value : null);
    }
}
