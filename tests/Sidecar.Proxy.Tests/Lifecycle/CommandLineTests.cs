using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Lifecycle;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class CommandLineTests
{
    [Fact]
    public void What_follows_the_separator_is_the_command()
    {
        var line = CommandLine.Parse(["--PORT=1", "--ADMIN_PORT", "2", "--", "node", "app.js", "--", "--PORT=3"]);

        line.Settings.ShouldBe(["--PORT=1", "--ADMIN_PORT", "2"]);
        line.Command.ShouldBe(["node", "app.js", "--", "--PORT=3"]);
    }

    [Fact]
    public void Without_it_there_is_no_command() => CommandLine.Parse(["--PORT=1"]).Wraps.ShouldBeFalse();

    [Theory]
    [InlineData("argument: 'node' is not allowed; it must be --KEY=value, or stand after -- as part of the command to run", "node", "app.js")]
    [InlineData("argument: 'x' is not allowed; it must be --KEY=value, or stand after -- as part of the command to run", "--PORT=1", "x", "--", "node")]
    [InlineData("argument: '--' is not allowed; it must be followed by the command to run, such as -- node app.js", "--PORT=1", "--")]
    public void What_belongs_to_neither_part_is_refused(string problem, params string[] arguments) =>
        Should.Throw<ConfigurationException>(() => CommandLine.Parse(arguments)).Message.ShouldBe(problem);
}
