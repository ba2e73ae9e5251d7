using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class ClientKeySettingsTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void The_defaults_are_the_documents_except_that_nobodys_bad_signatures_sign_others_out()
    {
        var keys = scene.Settings().ClientKeys;
        Assert.Equal((90, 14, 7, 20), (keys.RotationAfter.TotalDays, keys.WarnBefore.TotalDays, keys.Grace.TotalDays, keys.MaxPerUser));
        Assert.Equal(new KeyAbuseSettings
        {
            Policy = KeyAbusePolicy.BlockSource, Threshold = 10, Window = TimeSpan.FromHours(1), SuspendOnEvidence = true,
        }, keys.Abuse);
        Assert.Equal((TimeSpan.FromHours(1), 10_000, CookieKeyKind.ES256), (keys.CacheTtl, keys.CacheSize, keys.Cookie.Algorithm));
    }

    [Theory]
    [InlineData("warn_before: 90d", "warn_before")]
    [InlineData("rotation_after: 13d", "warn_before")]
    [InlineData("grace: 0s", "grace")]
    [InlineData("max_per_user: 0", "max_per_user")]
    [InlineData("max_age: 5m", "max_age")]
    [InlineData("abuse: {policy: revoke}", "abuse.policy")]
    [InlineData("abuse: {threshold: 0}", "abuse.threshold")]
    [InlineData("cache: {ttl: 25h}", "cache.ttl")]
    [InlineData("cookie: {algorithm: RSA1024}", "cookie.algorithm")]
    public void What_is_wrong_is_a_fault(string lines, string key) =>
        Assert.Equal($"client_keys.{key}", scene.File($"client_keys:\n  {lines}\n").Fault().Key);
}
