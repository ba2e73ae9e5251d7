using System.CommandLine;
using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>The filters that all commands of the audit share. What is right in each, the server says.</summary>
internal sealed class AuditFilterOptions
{
    private readonly Option<string[]> names = new("--name")
    {
        Description = "Only events of this name; may be given several times", HelpName = "NAME", AllowMultipleArgumentsPerToken = false,
    };

    private readonly IReadOnlyList<(string Parameter, Option<string?> Option)> single =
    [
        ("from", Text("--from", "From this time on (RFC 3339)", "TIME")),
        ("to", Text("--to", "Before this time (RFC 3339)", "TIME")),
        ("outcome", Text("--outcome", "Only this outcome", "success|refused|failure")),
        ("actor", Text("--actor", "Only this user's", "USER-ID")),
        ("session", Text("--session", "Only of this session", "ID")),
        ("key", Text("--key", "Only what this device's key signed", "ID")),
        ("request", Text("--request", "Only of this request", "ID")),
        ("address", Text("--address", "Only from this address or network", "ADDRESS")),
        ("resource_type", Text("--resource-type", "Only about this kind of thing, such as project", "TYPE")),
        ("resource_id", Text("--resource-id", "Only about this thing", "ID")),
    ];

    public IReadOnlyList<Symbol> With(params IReadOnlyList<Symbol> more) => [names, .. single.Select(one => one.Option), .. more];

    public AuditQuestion Of(Invocation call) => new(
    [
        .. (call.Value(names) ?? []).Select(name => ("name", name)),
        .. single.Select(one => (one.Parameter, Value: call.Value(one.Option))).Where(one => one.Value is not null).Select(one => (one.Parameter, one.Value!)),
    ]);

    private static Option<string?> Text(string name, string description, string help) => new(name) { Description = description, HelpName = help };
}
