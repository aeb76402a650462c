-- OSRM's car profile, fastest way only: turns cost nothing, as on our graph, where a link's time is all there is.
local car = require('car')
local setup = car.setup

function car.setup()
  local profile = setup()
  profile.properties.weight_name = 'duration'
  profile.properties.u_turn_penalty = 0
  return profile
end

function car.process_turn(profile, turn)
  turn.duration = 0
  turn.weight = 0
end

return car
