using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class ExampleFileTests : IDisposable
{
    private static readonly string Root = FindRoot();
    private static readonly string Example = File.ReadAllText(Path.Combine(Root, "config.example.yml"));

    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void The_example_loads_when_its_three_secrets_are_set()
    {
        var loaded = LoadExample();

        Assert.DoesNotContain(loaded.Notices, notice => notice.Kind is NoticeKind.Warning or NoticeKind.Overridden);
        Assert.Null(loaded.Settings.OAuth2.Google);
    }

    [Fact]
    public void The_example_without_its_secrets_names_the_three_variables() =>
        Assert.Equal(
            ["jwt.secret_key", "csrf.secret_key", "database.encryption.key"],
            scene.File(Example).Faults().Select(fault => fault.Key));

    [Fact]
    public void The_example_shows_the_defaults()
    {
        using var empty = new Scene();
        var (shown, defaults) = (LoadExample().Settings, empty.Settings());

        Assert.Equal(defaults.Server, shown.Server);
        Assert.Equal(defaults.Security.Headers, shown.Security.Headers);
        Assert.Equal(defaults.Session.Security, shown.Session.Security);
        Assert.Equal(defaults.Tasks, shown.Tasks);
        Assert.Equal(defaults.Projects with { GitSources = shown.Projects.GitSources }, shown.Projects);
        Assert.Equal(defaults.ModelGateway.Models, shown.ModelGateway.Models);
        Assert.Equal(defaults.ModelGateway with { Models = shown.ModelGateway.Models }, shown.ModelGateway);
        Assert.Equal(defaults.Docker.Resources, shown.Docker.Resources);
    }

    [Fact]
    public void Every_key_that_is_read_stands_in_the_example() =>
        Assert.All(KnownNames().Where(name => !IsVariable(name)), name =>
            Assert.Matches($@"(?m)^\s*(# |#   )?(- )?""?{Regex.Escape(name[(name.LastIndexOf('.') + 1)..])}""?:", Example));

    [Fact]
    public void Every_variable_that_is_read_stands_in_the_documentation()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "configuration.md"));
        Assert.All(KnownNames().Where(IsVariable), name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private LoadedConfiguration LoadExample() => scene.File(Example)
        .With("JWT_SECRET_KEY", Scene.Key('j')).With("CSRF_SECRET_KEY", Scene.Key('c')).With("DB_ENCRYPTION_KEY", Scene.Key('d')).Load();

    private static IReadOnlyCollection<string> KnownNames()
    {
        using var empty = new Scene();
        return empty.Load().KnownNames;
    }

    private static bool IsVariable(string name) => char.IsAsciiLetterUpper(name[0]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AICodeManager.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException("The tests must run below the solution's folder.");
    }
}
