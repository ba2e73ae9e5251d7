using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class FormTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("24h", 86400)]
    [InlineData("168h", 604800)]
    [InlineData("30d", 2592000)]
    [InlineData("1h30m", 5400)]
    [InlineData("1d2h3m4s", 93784)]
    public void Durations_have_units(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5M")]
    [InlineData("1.5h")]
    [InlineData("30m1h")]
    [InlineData("1m1m")]
    [InlineData("5m\n")]
    [InlineData("٥m")]
    [InlineData("99999d")]
    [InlineData("9999999s")]
    public void Other_texts_are_no_durations(string text) => Assert.Null(Durations.Parse(text));

    [Theory]
    [InlineData("2g", 2147483648)]
    [InlineData("512m", 536870912)]
    [InlineData("100K", 102400)]
    [InlineData("4096", 4096)]
    public void Sizes_count_in_1024(string text, long bytes) => Assert.Equal(bytes, Sizes.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("2gb")]
    [InlineData("1.5g")]
    [InlineData("-1")]
    [InlineData("9999999999999999999")]
    [InlineData("9999999999g")]
    public void Other_texts_are_no_sizes(string text) => Assert.Null(Sizes.Parse(text));

    [Theory]
    [InlineData("0 2 * * *")]
    [InlineData("*/5 0-23/2 1,15 * 1-5")]
    [InlineData("59 23 31 12 7")]
    [InlineData("0  2  *  *  0")]
    public void Cron_lines_have_five_fields_in_range(string line) => Accepts(CronLines.Line, line);

    [Theory]
    [InlineData("0 2 * *")]
    [InlineData("0 2 * * * *")]
    [InlineData("60 2 * * *")]
    [InlineData("0 24 * * *")]
    [InlineData("0 2 0 * *")]
    [InlineData("0 2 * 13 *")]
    [InlineData("0 2 * * 8")]
    [InlineData("*/0 2 * * *")]
    [InlineData("5-1 2 * * *")]
    [InlineData("1/5 2 * * *")]
    [InlineData("-1 2 * * *")]
    [InlineData("1, 2 * * *")]
    [InlineData("@daily")]
    public void Other_texts_are_no_cron_lines(string line) => Refuses(CronLines.Line, line);

    [Theory]
    [InlineData("https://example.org", "https://example.org")]
    [InlineData("https://EXAMPLE.org:443", "https://example.org")]
    [InlineData("http://localhost:5173", "http://localhost:5173")]
    [InlineData("https://[::1]:8443", "https://[::1]:8443")]
    public void Origins_are_read_as_browsers_send_them(string text, string origin) =>
        Assert.Equal(origin, Origins.Exact.Read(text).Value);

    [Theory]
    [InlineData("https://example.org/")]
    [InlineData("https://example.org/app")]
    [InlineData("https://example.org?x")]
    [InlineData("https://example.org#x")]
    [InlineData("https://user@example.org")]
    [InlineData("https://*.example.org")]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("example.org")]
    [InlineData("ftp://example.org")]
    [InlineData("https://example.org\\@evil.example")]
    [InlineData("https:example.org")]
    [InlineData("https:/example.org")]
    public void Other_texts_are_no_origins(string text) => Refuses(Origins.Exact, text);

    [Theory]
    [InlineData("project:read")]
    [InlineData("task:*:own")]
    [InlineData("*:*")]
    [InlineData("*")]
    public void Permissions_are_resource_and_action(string text) => Accepts(Permissions.Permission, text);

    [Theory]
    [InlineData("**")]
    [InlineData("*:own")]
    [InlineData("task:own")]
    [InlineData("task:own:own")]
    [InlineData("project")]
    [InlineData("project:")]
    [InlineData("project:read:all")]
    [InlineData("project:read:own:own")]
    [InlineData("Project:read")]
    [InlineData("project:re*")]
    [InlineData("project:read\n")]
    public void Other_texts_are_no_permissions(string text) => Refuses(Permissions.Permission, text);

    [Theory]
    [InlineData("your-super-secret-jwt-key-at-least-32-characters")]
    [InlineData("your-database-encryption-key-32-chars")]
    [InlineData("your-session-secret-key-32-chars")]
    [InlineData("your-csrf-secret-32-characters")]
    [InlineData("ChangeMe-ChangeMe-ChangeMe-ChangeMe")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("abcabcabcabcabcabcabcabcabcabcabcabcabc")]
    [InlineData("<put a long and random secret in here>")]
    [InlineData("k7Tz9WqLx2VbN4mRj8YsPd3HfGc6Ea1")]
    [InlineData("                                        ")]
    public void Placeholders_and_short_texts_are_no_secrets(string text) => Refuses(Secrets.Key, text);

    [Theory]
    [InlineData("k7Tz9WqLx2VbN4mRj8YsPd3HfGc6Ea1u")]
    [InlineData("4f1d0c9ab27e8365f0a1b2c3d4e5f607182930a1b2c3d4e5f60718293a4b5c6d")]
    [InlineData("correct horse battery staple on a green hill")]
    public void Long_and_varied_texts_are_secrets(string text) => Accepts(Secrets.Key, text);

    [Fact]
    public void Generated_secrets_are_always_accepted() =>
        Assert.All(Enumerable.Range(0, 1000), _ => Accepts(Secrets.Key, Server.Ground.Configuration.SecretsFolder.NewSecret().Reveal()));

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("union\\s+select")]
    public void Patterns_that_run_in_linear_time_are_accepted(string pattern) => Accepts(Patterns.Linear, pattern);

    [Theory]
    [InlineData("(")]
    [InlineData("(?=a)b")]
    [InlineData("(a)\\1")]
    [InlineData("")]
    public void Patterns_that_need_backtracking_or_do_not_compile_are_refused(string pattern) => Refuses(Patterns.Linear, pattern);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("localhost")]
    public void Hosts_are_addresses(string host) => Accepts(Texts.Host, host);

    [Theory]
    [InlineData("8080")]
    [InlineData("127.1")]
    [InlineData("example.org")]
    [InlineData("127.0.0.1:80")]
    [InlineData("*")]
    public void Other_texts_are_no_hosts(string host) => Refuses(Texts.Host, host);

    [Theory]
    [InlineData("1e3")]
    [InlineData("-1")]
    [InlineData("1,5")]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("10000.01")]
    public void Numbers_are_plain_and_in_range(string text) => Refuses(Numbers.Decimal(0.01m, 10000m), text);

    private static void Accepts<T>(Form<T> form, string text) => Assert.Null(form.Read(text).Problem);

    private static void Refuses<T>(Form<T> form, string text) => Assert.NotNull(form.Read(text).Problem);
}
