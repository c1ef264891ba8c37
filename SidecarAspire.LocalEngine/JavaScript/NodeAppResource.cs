namespace Aspire.Hosting.JavaScript;

/// <summary>An application that Node.js runs.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="command">The runtime.</param>
/// <param name="workingDirectory">The application's folder.</param>
public class NodeAppResource(string name, string command, string workingDirectory) : JavaScriptAppResource(name, command, workingDirectory);
