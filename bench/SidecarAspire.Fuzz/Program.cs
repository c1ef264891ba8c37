using System.CommandLine;
using SidecarAspire.Fuzz;

// dotnet run -c Release --project bench/SidecarAspire.Fuzz -- TARGET [options]
var target = new Argument<string>("TARGET") { Description = "What reads the input." }.AcceptOnlyFromAmong([.. Target.All.Keys]);
var time = new Option<TimeSpan>("--time") { Description = "How long it is fuzzed.", DefaultValueFactory = _ => TimeSpan.FromMinutes(30) };
var output = new Option<DirectoryInfo>("--output") { Description = "Where afl-fuzz keeps its corpus and what it found.", DefaultValueFactory = _ => new("artifacts/fuzz") };
var child = new Option<bool>("--child") { Description = "Run the target on what afl-fuzz, or standard input, gives it.", Hidden = true };

var command = new RootCommand("Fuzzes one of the sidecar's readers of HTTP/1.1 with afl-fuzz; ends with 1 when an input breaks a property.") { target, time, output, child };
command.SetAction(parsed =>
{
    var name = parsed.GetValue(target)!;
    if (!parsed.GetValue(child))
        return FuzzRun.Start(name, parsed.GetValue(time), parsed.GetValue(output)!.FullName);
    Target.Run(Target.All[name].Check);
    return 0;
});
return command.Parse(args).Invoke();
