using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Probes;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Access;

/// <summary>Somebody signed in; with an empty role, nobody.</summary>
public sealed record Person(ApiClient Client, Guid Id, string Email, string Role);

/// <summary>A server with one signed-in person for each role of the guide.</summary>
public sealed class AccessServer : IAsyncLifetime
{
    public static readonly string[] Roles = ["admin", "user", "viewer"];

    private readonly Dictionary<string, Person> people = [];

    public LiveServer Server { get; private set; } = null!;

    public IReadOnlyDictionary<string, Person> People => people;

    public async ValueTask InitializeAsync()
    {
        Server = await LiveServer.StartAsync(new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" }, change: WithoutSandboxes);
        foreach (var role in Roles)
        {
            people[role] = await NewPersonAsync(role);
        }

        await Server.Anonymous().PostAsync("auth/register", new { email = AccessScene.Guest, password = LiveServer.Password });
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    public async Task<Person> NewPersonAsync(string role)
    {
        var client = await Server.SignUpAsync(role);
        var me = await client.GetAsync("auth/me");
        return new Person(client, me.GetProperty("id").GetGuid(), me.GetProperty("email").GetString()!, role);
    }

    /// <summary>The person of a role, signed in again where a route has ended the session it was asked in.</summary>
    public async Task<Person> AwakeAsync(string role)
    {
        if (await people[role].Client.TryAsync(HttpMethod.Get, "auth/me") is not (200, _))
        {
            var client = Server.Anonymous();
            await client.SignInAsync(people[role].Email, LiveServer.Password);
            people[role] = people[role] with { Client = client };
        }

        return people[role];
    }

    // What needs one says so at once: who may ask has been settled by then.
    private static void WithoutSandboxes(IServiceCollection services)
    {
        var gate = new SandboxGate();
        gate.Close("this test has none");
        services.AddSingleton(gate);
        services.Remove(services.Single(s => s.ImplementationType == typeof(SandboxProver)));
    }
}
