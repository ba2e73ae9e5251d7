using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>The secrets of the configuration: how they are made, kept and aged. None is ever shown, not even by its length.</summary>
internal static class SecretChecks
{
    // The estimate falls short of what is in a random text: 128 random bits in hexadecimal digits count as 100 to 125.
    private const double LeastBits = 96;
    private const int OldDays = 365;

    public static Task<Finding> StrongAsync(CheckScene scene, CancellationToken cancel)
    {
        var weak = Own(scene.Settings).Where(one => Bits(one.Secret.Reveal()) < LeastBits).Select(one => one.Name).ToList();
        return Task.FromResult(weak.Count > 0
            ? Finding.Fail($"can be guessed, or repeat themselves: {string.Join(", ", weak)}")
            : Finding.Pass($"{Own(scene.Settings).Count} secrets"));
    }

    public static Task<Finding> SeparateAsync(CheckScene scene, CancellationToken cancel)
    {
        var shared = All(scene.Settings).GroupBy(one => Fingerprint(one.Secret)).Where(same => same.Select(one => one.Name).Distinct().Count() > 1)
            .Select(same => string.Join(" = ", same.Select(one => one.Name))).ToList();
        return Task.FromResult(shared.Count > 0
            ? Finding.Fail($"one secret for several purposes: {string.Join("; ", shared)}")
            : Finding.Pass($"{All(scene.Settings).Count} secrets, all different"));
    }

    /// <summary>A secret's age is counted from when a check saw it first, or from its file, whichever is older.</summary>
    public static async Task<Finding> AgeAsync(CheckScene scene, CancellationToken cancel)
    {
        List<(string Name, int Days)> ages = [];
        foreach (var (name, file, secret) in Own(scene.Settings))
        {
            var seen = await scene.Database.WriteAsync(async t =>
            {
                var sighting = new { name, Fingerprint = Fingerprint(secret), scene.Now };
                await t.ExecuteAsync("INSERT INTO secret_sightings (name, fingerprint, first_at) VALUES (@name, @Fingerprint, @Now) ON CONFLICT DO NOTHING", sighting);
                return await t.ScalarAsync<long>("SELECT first_at FROM secret_sightings WHERE name = @name AND fingerprint = @Fingerprint", sighting);
            }, cancel);
            var made = DateTimeOffset.FromUnixTimeMilliseconds(seen);
            var path = Path.Combine(scene.Settings.Host.DataFolder, "secrets", file);
            if (File.Exists(path) && File.GetLastWriteTimeUtc(path) is var written && written < made)
                made = written;
            ages.Add((name, (int)(scene.Now - made).TotalDays));
        }

        var old = ages.Where(age => age.Days > OldDays).ToList();
        return old.Count > 0 ? Finding.Warn($"older than {OldDays} days: {string.Join(", ", old.Select(age => $"{age.Name} ({age.Days})"))}")
            : Finding.Pass($"the oldest, {ages.MaxBy(age => age.Days).Name}, was first seen {ages.Max(age => age.Days)} days ago");
    }

    public static Task<Finding> FilesAsync(CheckScene scene, CancellationToken cancel) => Task.FromResult(scene.Host.OpenToOthers.Count > 0
        ? Finding.Fail($"open to other users: {string.Join(", ", scene.Host.OpenToOthers)}")
        : Finding.Pass($"{scene.Host.Looked} folders and files are for this user alone"));

    public static Task<Finding> KeyApartAsync(CheckScene scene, CancellationToken cancel)
    {
        var kept = new SecretsFolder(Path.Combine(scene.Settings.Host.DataFolder, "secrets")).Find("database");
        return Task.FromResult(kept is not null && kept.Equals(scene.Settings.Database.Encryption.Key)
            ? Finding.Warn("it was generated into the data folder: who copies that folder has what it locks, and who loses it has neither")
            : Finding.Pass("it comes from outside the data folder"));
    }

    public static Task<Finding> AdminPasswordAsync(CheckScene scene, CancellationToken cancel) => Task.FromResult(Finding.When(
        !scene.Host.AdminPasswordSet, scene.Host.AdminPasswordSet ? "AICLI_ADMIN_PASSWORD is set" : "AICLI_ADMIN_PASSWORD is not set", CheckResult.Warn));

    // Those that are ours to make: name of the key, name of its file where it is generated.
    private static List<(string Name, string File, Secret Secret)> Own(Settings settings) =>
    [
        ("jwt.secret_key", "jwt", settings.Jwt.SecretKey), ("csrf.secret_key", "csrf", settings.Csrf.SecretKey),
        ("SESSION_SECRET_KEY", "session", settings.Session.SecretKey), ("database.encryption.key", "database", settings.Database.Encryption.Key),
        ("client_keys.cookie.secret_key", "bff", settings.ClientKeys.Cookie.SecretKey),
    ];

    private static List<(string Name, Secret Secret)> All(Settings settings) =>
    [
        .. Own(settings).Select(one => (one.Name, one.Secret)),
        .. Given("session.redis.password", settings.Session.Redis.Password), .. Given("AICLI_ADMIN_PASSWORD", settings.Host.AdminPassword),
        .. Given("ANTHROPIC_API_KEY", settings.Host.AnthropicApiKey), .. Given("oauth2.google.client_secret", settings.OAuth2.Google?.ClientSecret),
        .. Given("oauth2.github.client_secret", settings.OAuth2.GitHub?.ClientSecret),
        .. settings.OAuth2.Providers.Select(one => ($"oauth2.providers.{one.Name}.client_secret", one.ClientSecret)),
        .. Given("monitoring.telemetry.headers", settings.Monitoring.Telemetry.Headers),
        .. settings.Audit.Streams.OfType<WebhookStream>().Select(one => ($"audit stream {one.Name}", one.Secret)),
        .. settings.Monitoring.Alerts.Channels.OfType<WebhookChannel>().Select(one => ($"alerts channel {one.Name}", one.Secret)),
    ];

    private static (string, Secret)[] Given(string name, Secret? secret) => secret is null ? [] : [(name, secret)];

    // Shannon's measure over the characters themselves: a bound from above, which what repeats itself stays under.
    private static double Bits(string text) =>
        text.GroupBy(c => c).Sum(same => -same.Count() * Math.Log2((double)same.Count() / text.Length));

    private static string Fingerprint(Secret secret) => Convert.ToHexStringLower(HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret.Reveal()), 8, info: "aicli secret sighting v1"u8.ToArray()));
}
