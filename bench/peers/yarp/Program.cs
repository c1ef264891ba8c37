using System.Globalization;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// YARP as its README has it: a route and a cluster from configuration, everything else as it comes.
var builder = WebApplication.CreateBuilder(args);
builder.Configuration["ReverseProxy:Routes:app:ClusterId"] = "app";
builder.Configuration["ReverseProxy:Routes:app:Match:Path"] = "{**rest}";
builder.Configuration["ReverseProxy:Clusters:app:Destinations:app:Address"] = Environment.GetEnvironmentVariable("TARGET");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenLocalhost(Port("PORT"), listen => listen.Protocols = HttpProtocols.Http1);
    kestrel.ListenLocalhost(Port("H2C"), listen => listen.Protocols = HttpProtocols.Http2);
});
builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
var folder = Environment.GetEnvironmentVariable("LOG");
if (folder is not null)
{
    builder.Services.AddW3CLogging(log =>
    {
        log.LogDirectory = folder;
        // Its queue has room for 1,024 lines and blocks when it is full: with the second that is the default it logs, and serves, about as many requests a second.
        log.FlushInterval = TimeSpan.FromMilliseconds(2);
        log.LoggingFields = W3CLoggingFields.Date | W3CLoggingFields.Time | W3CLoggingFields.Method | W3CLoggingFields.UriStem | W3CLoggingFields.ProtocolStatus | W3CLoggingFields.TimeTaken;
    });
}

var app = builder.Build();
if (folder is not null)
    app.UseW3CLogging();
app.MapReverseProxy();
app.Run();

static int Port(string name) => int.Parse(Environment.GetEnvironmentVariable(name)!, CultureInfo.InvariantCulture);
