using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Alerts.Smtp;

/// <summary>
/// Real mail servers by others (npm smtp-server), with STARTTLS, with TLS from the start, with AUTH LOGIN only and without
/// TLS; and a receiver of webhooks that verifies them with others' code (npm standardwebhooks).
/// </summary>
public sealed class MailServer : IAsyncLifetime
{
    public const string User = "alerts@example.test";
    public const string Password = "pässwörd-of-the-tests";
    public const string HookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly HttpClient http = new();
    private Process? process;
    private JsonElement ports;

    /// <summary>The authority that signed the servers' certificate, and one that did not.</summary>
    public string Authority => folder.File("ca.pem");

    public string OtherAuthority => folder.File("other.pem");

    public Uri Hooks => new($"http://127.0.0.1:{Port("http")}/");

    public async ValueTask InitializeAsync()
    {
        var modules = Folder();
        Assert.True(Directory.Exists(Path.Combine(modules, "node_modules")), "Run ./test, or: npm ci --prefix tests/smtp-server");
        WriteCertificates();
        process = Process.Start(new ProcessStartInfo("node", ["server.mjs", folder.File("cert.pem"), folder.File("key.pem")])
        {
            WorkingDirectory = modules, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var complaints = process.StandardError.ReadToEndAsync(Cancel);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var line = await process.StandardOutput.ReadLineAsync(patience.Token);
        ports = JsonElement.Parse(line ?? throw new InvalidOperationException(await complaints));
    }

    /// <param name="server"><c>starttls</c>, <c>tls</c>, <c>login</c> or <c>bare</c>.</param>
    internal SmtpSettings Settings(string server, SmtpSecurity security) => new()
    {
        Host = "localhost", Port = Port(server), Security = security, Username = User, Password = new Secret(Password),
        From = User, FromName = "AICode 관리자", CaFile = Authority,
    };

    /// <summary>What arrived for a recipient.</summary>
    public async Task<IReadOnlyList<JsonElement>> MailsToAsync(string recipient) =>
        [.. (await http.GetFromJsonAsync<JsonElement>(new Uri(Hooks, "mails"), Cancel)).EnumerateArray()
            .Where(mail => mail.GetProperty("to").EnumerateArray().Any(to => to.GetString() == recipient))];

    /// <summary>What was posted to a path.</summary>
    public async Task<IReadOnlyList<JsonElement>> HooksAtAsync(string path) =>
        [.. (await http.GetFromJsonAsync<JsonElement>(new Uri(Hooks, "hooks"), Cancel)).EnumerateArray().Where(hook => hook.GetProperty("path").GetString() == path)];

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        http.Dispose();
        folder.Dispose();
    }

    private int Port(string server) => ports.GetProperty(server).GetInt32();

    private void WriteCertificates()
    {
        using var authority = NewAuthority("Authority of the tests");
        using var other = NewAuthority("Another authority");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        File.WriteAllText(OtherAuthority, other.ExportCertificatePem());
    }

    private static X509Certificate2 NewAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../smtp-server"));
}
