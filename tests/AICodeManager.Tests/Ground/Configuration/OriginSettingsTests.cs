using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Tests.Ground.Configuration;

/// <summary>What is told of origins that may read or write, and of header settings that are not sent as they stand.</summary>
public sealed class OriginSettingsTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData("[\"https://a.example\"]", true, "[]", "lacks https://a.example")]
    [InlineData("[\"https://a.example\"]", false, "[]", null)]
    [InlineData("[\"https://a.example\"]", true, "[\"https://a.example\"]", null)]
    [InlineData("[]", true, "[\"https://a.example\"]", null)]
    [InlineData("['*']", false, "[\"https://a.example\"]", null)]
    [InlineData("[\"https://a.example\"]", true, "[\"https://a.example\", \"https://b.example\"]", "has https://b.example")]
    public void An_origin_that_may_only_read_or_only_write_is_told_of(string allowed, bool credentials, string trusted, string? told)
    {
        var loaded = scene.File(
            $"security:\n  cors:\n    allowed_origins: {allowed}\n    allow_credentials: {(credentials ? "true" : "false")}\ncsrf:\n  trusted_origins: {trusted}\n").Load();
        var warning = loaded.Notices.SingleOrDefault(n => n is { Kind: NoticeKind.Warning, Key: "csrf.trusted_origins" });
        Assert.Equal(told is null, warning is null);
        Assert.StartsWith(told ?? "", warning?.Text ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_that_were_replaced_may_stand_beside_the_new_one()
    {
        var csrf = scene.With("CSRF_SECRET_KEY", Scene.Key('n')).With("CSRF_PREVIOUS_SECRET_KEYS", $"{Scene.Key('a')},{Scene.Key('b')}").Settings().Csrf;
        Assert.Equal([Scene.Key('a'), Scene.Key('b')], csrf.PreviousSecretKeys.Select(s => s.Reveal()));
    }

    [Fact]
    public void A_previous_secret_is_judged_like_the_current_one() =>
        Assert.Equal("csrf.previous_secret_keys[0]", scene.File("csrf:\n  previous_secret_keys: [short]\n").Fault().Key);

    [Theory]
    [InlineData("csp: \"script-src 'Unsafe-Inline'\"", "security.headers.csp")]
    [InlineData("content_type_nosniff: false", "security.headers.content_type_nosniff")]
    public void What_is_not_sent_as_it_stands_or_weakens_pages_is_told_of(string line, string key) =>
        Assert.Contains(scene.File($"security:\n  headers:\n    {line}\n").Load().Notices, n => n.Kind == NoticeKind.Warning && n.Key == key);
}
