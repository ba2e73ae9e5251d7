using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AICodeManager.Server.Work.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static AICodeManager.Tests.Work.Projects.ProjectLab;

namespace AICodeManager.Tests.Work.Projects;

/// <summary>Cloning over HTTP from a real server on loopback, out of a sandbox that has no network.</summary>
public sealed class RemoteCloneTests(ProjectLab lab) : IClassFixture<ProjectLab>
{
    [Fact]
    public async Task Can_clone_through_the_proxy_and_every_decision_is_audited()
    {
        await using var server = await GitServer.StartAsync(await ServableAsync());
        lab.Allow(server.Address);
        var id = await lab.ProjectAsync(new { type = "git", url = $"{server.Address}/repo.git" });
        Assert.Equal("two one", await lab.AsAgentAsync(id, "echo $(git log --format=%s)"));
        Assert.Equal($"{server.Address}/repo.git", await lab.AsAgentAsync(id, "git remote get-url origin"));
        Assert.Contains("egress_allowed", await lab.AuditAsync(id));
        Assert.DoesNotContain("egress_refused", await lab.AuditAsync(id));
    }

    [Fact]
    public async Task Cannot_be_led_elsewhere_by_a_redirect()
    {
        await using var elsewhere = await GitServer.StartAsync(await ServableAsync());
        await using var server = await GitServer.StartAsync("", redirectTo: elsewhere.Address);
        lab.Allow(server.Address);
        lab.Allow(elsewhere.Address);
        var project = await lab.CreateAsync(new { name = Guid.NewGuid().ToString(), source = new { type = "git", url = $"{server.Address}/repo.git" } });
        Assert.Equal("failed clone_failed", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
        Assert.NotEmpty(server.Requests);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Cannot_be_cloned_from_a_server_whose_certificate_nobody_vouches_for()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = await GitServer.StartAsync(await ServableAsync(), certificate: certificate);
        lab.Allow(server.Address);
        var project = await lab.CreateAsync(new { name = Guid.NewGuid().ToString(), source = new { type = "git", url = $"{server.Address}/repo.git" } });
        Assert.Equal("failed clone_failed", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
        Assert.Contains("certificate", project.GetProperty("detail").GetString());
        Assert.Empty(server.Requests);
        Assert.Contains("egress_allowed", await lab.AuditAsync(project.GetProperty("id").GetGuid()));
    }

    [Fact]
    public async Task Cannot_reach_an_allowed_name_that_stands_for_a_private_address()
    {
        await using var server = await GitServer.StartAsync(await ServableAsync());
        var named = server.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        lab.Allow(named);
        var project = await lab.CreateAsync(new { name = Guid.NewGuid().ToString(), source = new { type = "git", url = $"{named}/repo.git" } });
        Assert.Equal("failed clone_failed", $"{project.GetProperty("state")} {project.GetProperty("reason")}");
        Assert.Empty(server.Requests);
        Assert.Contains("egress_refused", await lab.AuditAsync(project.GetProperty("id").GetGuid()));
    }

    private async Task<string> ServableAsync()
    {
        var repository = await lab.RepositoryAsync("echo 1 > file; git add .; git commit -qm one; echo 2 > file; git commit -qam two");
        await SandboxForTests.RunAsync(
            lab.Sandboxes, lab.Profile, [new SandboxMount(Path.GetDirectoryName(repository)!, "/workspace", Writable: true)],
            "cd repo.git; git update-server-info");
        return Path.GetDirectoryName(repository)!;
    }

    /// <summary>Serves a bare repository as plain files (gitprotocol-http(5), "dumb"), or redirects everything.</summary>
    private sealed class GitServer : IAsyncDisposable
    {
        private WebApplication app = null!;

        public string Address { get; private set; } = "";

        public ConcurrentQueue<string> Requests { get; } = [];

        public static async Task<GitServer> StartAsync(string folder, string? redirectTo = null, X509Certificate2? certificate = null)
        {
            var server = new GitServer();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l =>
            {
                if (certificate is not null)
                    l.UseHttps(certificate);
            }));
            builder.WebHost.UseKestrelHttpsConfiguration();
            server.app = builder.Build();
            server.app.Run(async context =>
            {
                server.Requests.Enqueue(context.Request.Path);
                var file = Path.Combine(folder, context.Request.Path.Value!.TrimStart('/'));
                if (redirectTo is not null)
                    context.Response.Redirect(redirectTo + context.Request.Path + context.Request.QueryString);
                else if (File.Exists(file))
                    await context.Response.SendFileAsync(file);
                else
                    context.Response.StatusCode = 404;
            });
            await server.app.StartAsync(Cancel);
            server.Address = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return server;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
